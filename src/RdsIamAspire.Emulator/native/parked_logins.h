/*
 * The logins that wait for a verdict. Each lives on the stack of the thread that logs in: there is no table to fill up, and nothing to
 * free. All state is under one mutex, which is never held across a call into the server. Every wait has an end (CLOCK_MONOTONIC).
 */
#ifndef RDS_IAM_PARKED_LOGINS_H
#define RDS_IAM_PARKED_LOGINS_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

enum {
    AGENT_ID_LENGTH = 64,
    MAX_USER = 512,
    MAX_HOST = 256,
    MAX_TOKEN = 8192, /* real ones have 300 to 2,000 characters; longer is refused, never cut */
    MAX_HEADER = 128,
    MAX_DESCRIPTION = MAX_HEADER + MAX_USER + MAX_HOST + MAX_TOKEN,
};

static const int64_t ANSWER_DEADLINE_MS = 10000; /* from a login's arrival to its verdict */
static const int64_t AGENT_GRACE_MS = 2000;      /* how long a login waits for somebody to claim the logins (a restart) */
static const int64_t CLAIMED_GRACE_MS = 5000;    /* and for an agent that claimed them and does not call (a pause, or killed) */
static const int64_t OFFER_AGAIN_MS = 500;       /* to the next call, without an answer: the first call's connection may be gone */
static const int64_t MAX_POLL_MS = 5000;

enum verdict { PENDING, ALLOWED, DENIED, UNANSWERED };
enum transport { TLS = 'T', PLAIN = 'P', LOCAL_SOCKET = 'S', NOT_TOLD = '?' };

struct login {
    struct login *next;
    uint64_t id;
    bool offered;
    int64_t offered_ms;
    enum verdict verdict;
    pthread_cond_t answered;
    enum transport transport;
    bool oversize;
    const char *user, *host;
    const unsigned char *token;
    size_t user_length, host_length, token_length;
    char external_user[512];
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t arrival; /* of a login, or of the end */
static struct login *parked;   /* oldest first */
static uint64_t last_id;       /* starts at the wall clock: an agent that outlives a server sees no number twice */
static bool claimed, unloading;
static char agent_id[AGENT_ID_LENGTH];
static unsigned polls_waiting;
static int64_t agent_seen_ms = -1000000;

static int64_t now_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int64_t sooner(int64_t one, int64_t other) { return one < other ? one : other; }

static void init_condition(pthread_cond_t *condition) {
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(condition, &attributes);
    pthread_condattr_destroy(&attributes);
}

static void wait_until(pthread_cond_t *condition, int64_t until_ms) {
    const struct timespec until = {.tv_sec = (time_t)(until_ms / 1000), .tv_nsec = (long)(until_ms % 1000) * 1000000};
    pthread_cond_timedwait(condition, &lock, &until);
}

/* The functions can be called before the plugin is installed: what they need is there from the library's load on. */
__attribute__((constructor)) static void on_load(void) {
    struct timespec now;
    init_condition(&arrival);
    clock_gettime(CLOCK_REALTIME, &now);
    last_id = (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

/* ---- All below is called with the lock held --------------------------------------------------------------------------------- */

/* Which agent, of those that may call, has the logins. The id is no secret: the server has checked the caller's privilege. */
static bool is_claimed_by(const char *given, size_t length) {
    return claimed && !unloading && given != NULL && length == AGENT_ID_LENGTH && memcmp(given, agent_id, AGENT_ID_LENGTH) == 0;
}

static bool agent_calls(int64_t now) { return claimed && (polls_waiting > 0 || now - agent_seen_ms < AGENT_GRACE_MS); }

static void park(struct login *login) {
    struct login **end = &parked;
    while (*end != NULL) end = &(*end)->next;
    *end = login;
    login->id = ++last_id;
    pthread_cond_signal(&arrival);
}

static void leave(const struct login *login) {
    struct login **link = &parked;
    while (*link != NULL && *link != login) link = &(*link)->next;
    if (*link != NULL) *link = login->next;
}

/* Until there is a verdict, and no longer than the deadline allows. */
static void await_verdict(struct login *login) {
    const int64_t arrived = now_ms(), deadline = arrived + ANSWER_DEADLINE_MS;
    while (login->verdict == PENDING) {
        const int64_t now = now_ms();
        const bool no_agent = now - arrived >= (claimed ? CLAIMED_GRACE_MS : AGENT_GRACE_MS) && !agent_calls(now);
        if (now >= deadline || no_agent || unloading)
            login->verdict = UNANSWERED;
        else
            wait_until(&login->answered, sooner(now + AGENT_GRACE_MS / 4, deadline));
    }
}

/* The oldest login to hand out; NULL when there is none now. Then *next_ms is brought forward to when one is to be offered again. */
static struct login *next_to_offer(int64_t now, int64_t *next_ms) {
    for (struct login *login = parked; login != NULL; login = login->next) {
        if (login->verdict != PENDING) continue;
        if (!login->offered || now - login->offered_ms >= OFFER_AGAIN_MS) return login;
        *next_ms = sooner(*next_ms, login->offered_ms + OFFER_AGAIN_MS);
    }
    return NULL;
}

static struct login *find_offered(uint64_t id) {
    struct login *login = parked;
    while (login != NULL && (login->id != id || !login->offered || login->verdict != PENDING)) login = login->next;
    return login;
}

/* "<id> <transport> <oversize> <user length> <host length> <token length>\n", then user, host, token. */
static size_t describe(const struct login *login, char *out) {
    const size_t token_length = login->oversize ? 0 : login->token_length;
    const int header = snprintf(out, MAX_HEADER, "%llu %c %d %zu %zu %zu\n", (unsigned long long)login->id, (char)login->transport,
                                login->oversize, login->user_length, login->host_length, token_length);
    if (header <= 0 || header >= MAX_HEADER) return 0;
    size_t at = (size_t)header;
    memcpy(out + at, login->user, login->user_length);
    at += login->user_length;
    memcpy(out + at, login->host, login->host_length);
    at += login->host_length;
    if (token_length > 0) memcpy(out + at, login->token, token_length);
    return at + token_length;
}

#endif
