/*
 * AWSAuthenticationPlugin for a stock MySQL server (8.0 and later, Linux): the local stand-in for the plugin of the
 * same name on Amazon RDS. It decides nothing. It parks a login, hands it to the agent outside the server, and does
 * what the agent says; without an agent or an answer in time the login is refused.
 *
 * The way to the agent is the server itself, over the agent's own admin connections:
 *
 *   SET GLOBAL awsauthenticationplugin_agent = '<64 characters>'   claims the logins; takes SYSTEM_VARIABLES_ADMIN.
 *                                                                  '' gives them back. The value can never be read.
 *   rds_iam_next_login(secret, wait_ms)                            waits for a login: NULL (not the agent), '' (none yet),
 *                                                                  or a header line and the login's bytes (describe()).
 *                                                                  A negative wait only asks: NULL (not the agent) or ''.
 *   rds_iam_answer_login(secret, id, allow, external_user)         1 when the login was there to be answered, else 0.
 *
 * Any SQL user may call a loadable function, so each call shows the secret. The claim is kept by the first agent for as
 * long as it calls; another one's claim is not taken meanwhile.
 *
 * A parked login lives on the stack of the thread that logs in: there is no table to fill up, and nothing to free. All
 * state is under one mutex, which is never held across a call into the server. Every wait has an end (CLOCK_MONOTONIC).
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "mysql_abi.h"

#define EXPORT __attribute__((visibility("default")))

/* The oldest name of the one function that glibc 2.34 gave a new version: the library then loads from 2.25 on (explicit_bzero). */
#if defined(__x86_64__) && defined(__GLIBC__)
__asm__(".symver pthread_condattr_setclock, pthread_condattr_setclock@GLIBC_2.3.3");
#elif defined(__aarch64__) && defined(__GLIBC__)
__asm__(".symver pthread_condattr_setclock, pthread_condattr_setclock@GLIBC_2.17");
#endif

/* ---- State ------------------------------------------------------------------------------------------------------ */

enum {
    SECRET_LENGTH = 64,
    MAX_USER = 512,
    MAX_HOST = 256,
    MAX_TOKEN = 8192, /* real ones have 400 to 2,000 characters; longer is refused, never cut */
    MAX_DESCRIPTION = 128 + MAX_USER + MAX_HOST + MAX_TOKEN,
};

static const int64_t ANSWER_DEADLINE_MS = 10000; /* from a login's arrival to its verdict */
static const int64_t AGENT_GRACE_MS = 2000;      /* how long a login waits for somebody to claim the logins (a restart) */
static const int64_t CLAIMED_GRACE_MS = 5000;    /* and for an agent that claimed them and does not call (a pause, or killed) */
static const int64_t MAX_POLL_MS = 5000;

enum verdict { PENDING, ALLOWED, DENIED, UNANSWERED };
enum transport { TLS = 'T', PLAIN = 'P', LOCAL_SOCKET = 'S', NOT_TOLD = '?' };

struct login {
    struct login *next;
    uint64_t id;
    bool taken; /* by the agent */
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
static uint64_t last_id;
static bool claimed, unloading;
static unsigned char secret[SECRET_LENGTH];
static unsigned polls_waiting;
static int64_t agent_seen_ms = -1000000;

static int64_t now_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

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
__attribute__((constructor)) static void on_load(void) { init_condition(&arrival); }

static bool is_secret(const char *given, size_t length) {
    if (!claimed || unloading || given == NULL || length != SECRET_LENGTH) return false;
    unsigned char difference = 0;
    for (size_t i = 0; i < SECRET_LENGTH; i++) difference |= (unsigned char)((unsigned char)given[i] ^ secret[i]);
    return difference == 0;
}

static bool agent_calls(int64_t now) { return claimed && (polls_waiting > 0 || now - agent_seen_ms < AGENT_GRACE_MS); }

/* ---- A login ---------------------------------------------------------------------------------------------------- */

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

/* Until there is a verdict, and no longer than the deadline allows. Called with the lock held. */
static void await_verdict(struct login *login) {
    const int64_t arrived = now_ms(), deadline = arrived + ANSWER_DEADLINE_MS;
    while (login->verdict == PENDING) {
        const int64_t now = now_ms(), next_look = now + AGENT_GRACE_MS / 4;
        const bool no_agent = !login->taken && now - arrived >= (claimed ? CLAIMED_GRACE_MS : AGENT_GRACE_MS) && !agent_calls(now);
        if (now >= deadline || no_agent || unloading)
            login->verdict = UNANSWERED;
        else
            wait_until(&login->answered, next_look < deadline ? next_look : deadline);
    }
}

static enum transport transport_of(const struct vio_info *link) {
    if (link->tls == 1) return TLS;
    if (link->protocol == VIO_SOCKET) return LOCAL_SOCKET;
    return link->tls == 0 ? PLAIN : NOT_TOLD;
}

static int authenticate(struct vio *vio, struct auth_info *info) {
    struct vio_info link;
    memset(&link, 0, sizeof link);
    link.tls = 0xff; /* stays so where the server does not tell */
    vio->info(vio, &link);

    struct login login;
    memset(&login, 0, sizeof login);
    login.transport = transport_of(&link);

    /* On a connection in the clear the token is not even asked for. The agent learns of it all the same, to say why. */
    unsigned char *packet = NULL;
    int length = 0;
    if (login.transport != PLAIN) {
        length = vio->read_packet(vio, &packet);
        if (length < 0 || packet == NULL) return CR_ERROR;
    }
    const size_t size = (size_t)length;
    login.token = packet;
    login.token_length = size > 0 && packet[size - 1] == 0 ? size - 1 : size;
    login.oversize = login.token_length > MAX_TOKEN;
    info->password_used = login.transport == PLAIN || login.token_length > 0 ? PASSWORD_USED_YES : PASSWORD_USED_NO;

    login.user = info->user_name != NULL ? info->user_name : "";
    login.user_length = info->user_name != NULL ? info->user_name_length : 0;
    login.host = info->host_or_ip != NULL ? info->host_or_ip : "";
    login.host_length = info->host_or_ip != NULL ? info->host_or_ip_length : 0;

    if (login.user_length <= MAX_USER && login.host_length <= MAX_HOST) {
        init_condition(&login.answered);
        pthread_mutex_lock(&lock);
        park(&login);
        await_verdict(&login);
        leave(&login);
        pthread_mutex_unlock(&lock);
        pthread_cond_destroy(&login.answered);
    }
    if (size > 0) explicit_bzero(packet, size);

    static const char unanswered[] = "[AWSAuthenticationPlugin] a login was refused: no agent answered in time\n";
    if (login.verdict == UNANSWERED && write(STDERR_FILENO, unanswered, sizeof unanswered - 1) < 0) return CR_ERROR;
    if (login.verdict != ALLOWED) return CR_AUTH_USER_CREDENTIALS;
    memcpy(info->external_user, login.external_user, sizeof info->external_user);
    return CR_OK;
}

/* ---- The agent's side ------------------------------------------------------------------------------------------- */

/* "<id> <transport> <oversize> <user length> <host length> <token length>\n", then user, host, token. */
static size_t describe(const struct login *login, char *out) {
    const size_t token_length = login->oversize ? 0 : login->token_length;
    const int header = snprintf(out, 128, "%llu %c %d %zu %zu %zu\n", (unsigned long long)login->id, (char)login->transport,
                                login->oversize, login->user_length, login->host_length, token_length);
    if (header <= 0 || header >= 128) return 0;
    size_t at = (size_t)header;
    memcpy(out + at, login->user, login->user_length);
    at += login->user_length;
    memcpy(out + at, login->host, login->host_length);
    at += login->host_length;
    if (token_length > 0) memcpy(out + at, login->token, token_length);
    return at + token_length;
}

static struct login *next_waiting(void) {
    struct login *login = parked;
    while (login != NULL && (login->taken || login->verdict != PENDING)) login = login->next;
    return login;
}

EXPORT bool rds_iam_next_login_init(struct udf *udf, struct udf_arguments *arguments, char *message) {
    if (arguments->count != 2) {
        strcpy(message, "rds_iam_next_login(secret, wait_ms) is for the agent of AWSAuthenticationPlugin");
        return true;
    }
    arguments->types[0] = UDF_STRING;
    arguments->types[1] = UDF_INT;
    udf->maybe_null = true;
    udf->const_item = false;
    udf->max_length = MAX_DESCRIPTION;
    udf->ptr = malloc(MAX_DESCRIPTION);
    if (udf->ptr == NULL) strcpy(message, "out of memory");
    return udf->ptr == NULL;
}

EXPORT void rds_iam_next_login_deinit(struct udf *udf) {
    if (udf->ptr == NULL) return;
    explicit_bzero(udf->ptr, MAX_DESCRIPTION);
    free(udf->ptr);
    udf->ptr = NULL;
}

EXPORT char *rds_iam_next_login(struct udf *udf, struct udf_arguments *arguments, char *result, unsigned long *length,
                                unsigned char *is_null, unsigned char *error) {
    (void)result;
    (void)error;
    const long long asked = arguments->values[1] != NULL ? *(const long long *)(const void *)arguments->values[1] : 0;
    const int64_t wait_ms = asked < 0 ? 0 : asked > MAX_POLL_MS ? MAX_POLL_MS : asked;
    const bool only_asks = asked < 0;
    const int64_t deadline = now_ms() + wait_ms;
    *length = 0;

    pthread_mutex_lock(&lock);
    bool is_agent = is_secret(arguments->values[0], arguments->lengths[0]);
    if (is_agent && !only_asks) {
        struct login *login;
        polls_waiting++;
        while ((login = next_waiting()) == NULL && is_agent && now_ms() < deadline) {
            wait_until(&arrival, deadline);
            is_agent = is_secret(arguments->values[0], arguments->lengths[0]);
        }
        polls_waiting--;
        if (is_agent) agent_seen_ms = now_ms();
        if (is_agent && login != NULL) {
            login->taken = true;
            *length = describe(login, udf->ptr);
        } else if (login != NULL) {
            pthread_cond_signal(&arrival); /* it woke us; it is for the new agent */
        }
    }
    pthread_mutex_unlock(&lock);

    *is_null = !is_agent;
    return is_agent ? udf->ptr : NULL;
}

EXPORT bool rds_iam_answer_login_init(struct udf *udf, struct udf_arguments *arguments, char *message) {
    if (arguments->count != 4) {
        strcpy(message, "rds_iam_answer_login(secret, id, allow, external_user) is for the agent of AWSAuthenticationPlugin");
        return true;
    }
    arguments->types[0] = UDF_STRING;
    arguments->types[1] = UDF_INT;
    arguments->types[2] = UDF_INT;
    arguments->types[3] = UDF_STRING;
    udf->maybe_null = false;
    udf->const_item = false;
    return false;
}

EXPORT long long rds_iam_answer_login(struct udf *udf, struct udf_arguments *arguments, unsigned char *is_null, unsigned char *error) {
    (void)udf;
    (void)is_null;
    (void)error;
    if (arguments->values[1] == NULL || arguments->values[2] == NULL) return 0;
    const uint64_t id = (uint64_t) * (const long long *)(const void *)arguments->values[1];
    const bool allow = *(const long long *)(const void *)arguments->values[2] == 1;
    const char *external_user = arguments->values[3];
    const size_t external_length = external_user != NULL ? arguments->lengths[3] : 0;

    pthread_mutex_lock(&lock);
    struct login *login = NULL;
    if (is_secret(arguments->values[0], arguments->lengths[0])) {
        agent_seen_ms = now_ms();
        login = parked;
        while (login != NULL && (login->id != id || !login->taken || login->verdict != PENDING)) login = login->next;
    }
    if (login != NULL) {
        login->verdict = allow ? ALLOWED : DENIED;
        if (external_length > 0 && external_length < sizeof login->external_user) memcpy(login->external_user, external_user, external_length);
        pthread_cond_signal(&login->answered);
    }
    pthread_mutex_unlock(&lock);
    return login != NULL;
}

/* SET GLOBAL awsauthenticationplugin_agent: the server has checked the privilege. */
static int check_claim(void *thd, struct string_sysvar *variable, void *save, struct sysvar_value *value) {
    char small[1]; /* too small for any claim, so the server keeps the text until the statement ends */
    int length = sizeof small;
    const char *text = value->val_str(value, small, &length);
    (void)thd;
    (void)variable;
    if (text != NULL && length != 0 && length != SECRET_LENGTH) return 1;
    *(const char **)save = text == NULL || length == 0 ? NULL : text;
    return 0;
}

static void update_claim(void *thd, struct string_sysvar *variable, void *value, const void *save) {
    const char *text = *(const char *const *)save;
    (void)thd;
    (void)variable;
    (void)value; /* stays NULL: nobody reads the secret there */
    pthread_mutex_lock(&lock);
    if (text == NULL) {
        claimed = false;
        explicit_bzero(secret, sizeof secret);
    } else if (!agent_calls(now_ms())) {
        claimed = true;
        memcpy(secret, text, SECRET_LENGTH);
        agent_seen_ms = now_ms();
    }
    pthread_cond_broadcast(&arrival);
    pthread_mutex_unlock(&lock);
}

/* ---- The plugin ------------------------------------------------------------------------------------------------- */

static int set_unloading(bool value) {
    pthread_mutex_lock(&lock);
    unloading = value;
    for (struct login *login = parked; login != NULL; login = login->next) pthread_cond_signal(&login->answered);
    pthread_cond_broadcast(&arrival);
    pthread_mutex_unlock(&lock);
    return 0;
}

static int init(void *plugin) { return (void)plugin, set_unloading(false); }
static int deinit(void *plugin) { return (void)plugin, set_unloading(true); }

/* IDENTIFIED WITH … BY 'password' makes no sense here; AS 'RDS' is taken as it is. */
static int generate(char *out, unsigned *out_length, const char *in, unsigned in_length) {
    return (void)out, (void)out_length, (void)in, in_length > 0 ? 1 : (*out_length = 0, 0);
}
static int validate(char *in, unsigned length) { return (void)in, (void)length, 0; }
static int set_salt(const char *password, unsigned length, unsigned char *salt, unsigned char *salt_length) {
    return (void)password, (void)length, (void)salt, *salt_length = 0, 0;
}

static struct auth_descriptor descriptor = {
    AUTHENTICATION_INTERFACE, "mysql_clear_password", authenticate, generate, validate, set_salt, 0, NULL,
};

static char *no_value;
static struct string_sysvar agent = {
    PLUGIN_VAR_STR | PLUGIN_VAR_NOCMDOPT | PLUGIN_VAR_NOPERSIST, "agent", "Claims the logins for an agent; reads as empty", check_claim, update_claim, &no_value, NULL,
};
static struct string_sysvar *system_variables[] = {&agent, NULL};

EXPORT int _mysql_plugin_interface_version_ = 0x010A;
EXPORT int _mysql_sizeof_struct_st_plugin_ = sizeof(struct plugin);
EXPORT struct plugin _mysql_plugin_declarations_[] = {
    {MYSQL_AUTHENTICATION_PLUGIN, &descriptor, "AWSAuthenticationPlugin", "RdsIamAspire", "Judges IAM auth tokens through an agent",
     PLUGIN_LICENSE_BSD, init, NULL, deinit, 0x0100, NULL, system_variables, NULL, 0},
    {0},
};
