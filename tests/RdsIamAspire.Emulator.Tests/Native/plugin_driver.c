/*
 * Drives the server plugin without a server, to be run under sanitizers or valgrind: many logins, several agents, strangers
 * without the privilege and other agents with it, calls that are lost, claims that come and go, odd lengths, a server that lacks a
 * service, an unload in the middle. Ends with 0 and "ok", or says what was wrong.
 */
#include "aws_authentication_plugin.c"

#include <stdatomic.h>

enum { TCP = 1, LOGIN_THREADS = 16, LOGINS_EACH = 60, AGENTS = 4, STRANGERS = 2 };

static atomic_bool agents_end, strangers_end, unload_scene;
static atomic_int failures, allowed, denied;
static char agent_one[AGENT_ID_LENGTH + 1], agent_two[AGENT_ID_LENGTH + 1];

static void check(bool holds, const char *what) {
    if (holds) return;
    fprintf(stderr, "failed: %s\n", what);
    atomic_fetch_add(&failures, 1);
}

static unsigned next_random(unsigned *seed) { return *seed = *seed * 1664525u + 1013904223u, *seed >> 8; }

/* ---- The server's component services ---- */

static _Thread_local bool privileged = true;
static const char *absent_service;
static atomic_int services_held;
const char server_version[] = "9.7.4-driver";

static int get_thread(void **thread) { return *thread = &privileged, 0; }
static int get_context(void *thread, void **context) { return *context = thread, 0; }
static int has_grant(void *context, const char *privilege, size_t length) {
    check(length == strlen("SYSTEM_VARIABLES_ADMIN") && memcmp(privilege, "SYSTEM_VARIABLES_ADMIN", length) == 0, "the privilege is asked for by name");
    return *(const bool *)context;
}

static const struct thread_reader threads = {get_thread};
static const struct security_contexts contexts = {get_context, NULL};
static const struct global_grants grants = {has_grant};

static int acquire_by_name(const char *name, void **service) {
    if (absent_service != NULL && strcmp(name, absent_service) == 0) return 1;
    *service = (void *)(uintptr_t)(strcmp(name, "mysql_current_thread_reader") == 0  ? (const void *)&threads
                                   : strcmp(name, "mysql_thd_security_context") == 0 ? (const void *)&contexts
                                   : strcmp(name, "global_grants_check") == 0        ? (const void *)&grants
                                                                                     : NULL);
    atomic_fetch_add(&services_held, 1);
    return *service == NULL;
}
static int release_by_handle(void *service) { return atomic_fetch_sub(&services_held, 1), service == NULL; }
static const struct registry the_registry = {acquire_by_name, NULL, release_by_handle};

static const struct registry *acquire_registry(void) { return atomic_fetch_add(&services_held, 1), &the_registry; }
static int release_registry(const struct registry *registry) { return atomic_fetch_sub(&services_held, 1), registry == NULL; }
static const struct registry_service registry_of_the_server = {acquire_registry, release_registry};

/* ---- A client's side of a connection ---- */

struct client {
    struct vio vio; /* first: the plugin hands us this pointer */
    unsigned char *packet;
    int length; /* -1: gone */
    int protocol;
    int tls; /* -1: a server that does not tell */
    bool asked;
};

static int read_packet(struct vio *vio, unsigned char **packet) {
    struct client *client = (struct client *)vio;
    client->asked = true;
    *packet = client->packet;
    return client->length;
}

static void vio_info(struct vio *vio, struct vio_info *info) {
    const struct client *client = (const struct client *)vio;
    info->protocol = client->protocol;
    info->socket = -1;
    if (client->tls >= 0) info->tls = (unsigned char)client->tls;
}

static int log_in(struct client *client, const char *user, unsigned user_length, struct auth_info *info) {
    client->vio.read_packet = read_packet;
    client->vio.info = vio_info;
    memset(info, 0, sizeof *info);
    info->user_name = (char *)(uintptr_t)user;
    info->user_name_length = user_length;
    info->host_or_ip = "192.0.2.1";
    info->host_or_ip_length = 9;
    return authenticate(&client->vio, info);
}

/* ---- The server's side of a call of a function ---- */

static char *call_next(struct udf *udf, const char *given, unsigned long given_length, long long wait, unsigned long *length, unsigned char *is_null) {
    int types[2];
    char *values[2] = {(char *)(uintptr_t)given, (char *)&wait};
    unsigned long lengths[2] = {given_length, 8};
    struct udf_arguments arguments = {2, types, values, lengths};
    char message[512], result[255];
    unsigned char error = 0;
    *is_null = 0;
    memset(udf, 0, sizeof *udf);
    if (rds_iam_next_login_init(udf, &arguments, message)) return NULL;
    return rds_iam_next_login(udf, &arguments, result, length, is_null, &error);
}

static long long call_answer(const char *given, long long id, long long allow, const char *external, unsigned long external_length) {
    int types[4];
    char *values[4] = {(char *)(uintptr_t)given, (char *)&id, (char *)&allow, (char *)(uintptr_t)external};
    unsigned long lengths[4] = {given != NULL ? strlen(given) : 0, 8, 8, external_length};
    struct udf_arguments arguments = {4, types, values, lengths};
    struct udf udf;
    char message[512];
    unsigned char is_null = 0, error = 0;
    memset(&udf, 0, sizeof udf);
    if (rds_iam_answer_login_init(&udf, &arguments, message)) return -1;
    return rds_iam_answer_login(&udf, &arguments, &is_null, &error);
}

static const char *claim_text;
static int claim_length;
static const char *val_str(struct sysvar_value *value, char *buffer, int *length) {
    (void)value;
    (void)buffer;
    *length = claim_length;
    return claim_text;
}

static int claim(const char *text) {
    struct sysvar_value value = {NULL, val_str};
    const char *save = NULL;
    claim_text = text;
    claim_length = text != NULL ? (int)strlen(text) : 0;
    const int refused = check_claim(NULL, &agent, (void *)&save, &value);
    if (!refused) update_claim(NULL, &agent, NULL, (const void *)&save);
    return refused;
}

/* ---- Threads ---- */

/* A token's last byte says what the agent is to do; the bytes before it add up to the byte before that. */
static void *logins(void *argument) {
    unsigned seed = (unsigned)(uintptr_t)argument * 7919u + 1;
    for (int i = 0; i < LOGINS_EACH; i++) {
        const unsigned kind = next_random(&seed) % 8;
        const size_t token_length = kind == 0 ? 0 : kind == 1 ? MAX_TOKEN + next_random(&seed) % 3 : 2 + next_random(&seed) % 2000;
        unsigned char *packet = malloc(token_length + 1);
        unsigned char sum = 0;
        for (size_t at = 0; at < token_length; at++) {
            packet[at] = (unsigned char)(1 + next_random(&seed) % 255);
            if (at + 2 < token_length) sum = (unsigned char)(sum + packet[at]);
        }
        const bool fits = token_length >= 2 && token_length <= MAX_TOKEN;
        if (token_length >= 2) packet[token_length - 2] = sum;
        const bool yes = fits && next_random(&seed) % 2 == 0;
        if (token_length >= 2) packet[token_length - 1] = yes ? 'Y' : 'N';
        packet[token_length] = 0;

        struct client client = {.packet = packet, .length = (int)token_length + 1, .protocol = TCP, .tls = kind == 2 ? -1 : 1};
        struct auth_info info;
        const int result = log_in(&client, "some user", 9, &info);
        check((result == CR_OK) == yes, "a login gets its own verdict");
        check(!yes || strcmp(info.external_user, "arn:aws:iam::1:user/u") == 0, "an allowed login has its external user");
        atomic_fetch_add(yes ? &allowed : &denied, 1);
        for (size_t at = 0; at < token_length; at++) check(packet[at] == 0, "the token is wiped");
        free(packet);
    }
    return NULL;
}

static void *agent_thread(void *argument) {
    static atomic_bool lost[4096];
    (void)argument;
    while (!atomic_load(&agents_end)) {
        struct udf udf;
        unsigned long length = 0;
        unsigned char is_null;
        const char *text = call_next(&udf, agent_one, AGENT_ID_LENGTH, 50, &length, &is_null);
        if (text != NULL && length > 0) {
            char header_text[129] = {0};
            unsigned long long id;
            char transport;
            int oversize, header = 0;
            size_t user, host, token;
            header = (int)((const char *)memchr(text, '\n', length) - text) + 1;
            memcpy(header_text, text, (size_t)header);
            check(sscanf(header_text, "%llu %c %d %zu %zu %zu", &id, &transport, &oversize, &user, &host, &token) == 6, "the header can be read");
            check((size_t)header + user + host + token == length, "the lengths add up");
            check(user == 9 && memcmp(text + header, "some user192.0.2.1", 18) == 0, "user and host arrive");
            const unsigned char *bytes = (const unsigned char *)text + header + user + host;
            unsigned char sum = 0;
            for (size_t at = 0; at + 2 < token; at++) sum = (unsigned char)(sum + bytes[at]);
            check(token < 2 || bytes[token - 2] == sum, "the token arrives whole");
            const bool allow = token >= 2 && bytes[token - 1] == 'Y';
            check(call_answer(agent_two, (long long)id, 1, "x", 1) == 0, "another agent's answer does not count");
            if (id % 5 == 0 && !atomic_exchange(&lost[id % 4096], true)) { /* as if the connection had died: the next call gets it again */
                rds_iam_next_login_deinit(&udf);
                continue;
            }
            const long long arrived = call_answer(agent_one, (long long)id, allow, "arn:aws:iam::1:user/u", 21);
            check(arrived == 1 || atomic_load(&unload_scene), "an answer arrives");
            check(call_answer(agent_one, (long long)id, 1, NULL, 0) == 0, "a second answer does not count");
        }
        rds_iam_next_login_deinit(&udf);
    }
    return NULL;
}

/* Without the privilege, with the agent's own id: neither function can even be begun. */
static void *stranger(void *argument) {
    unsigned seed = (unsigned)(uintptr_t)argument;
    privileged = false;
    while (!atomic_load(&strangers_end)) {
        struct udf udf;
        unsigned long length;
        unsigned char is_null;
        const char *given = next_random(&seed) % 3 == 0 ? NULL : agent_one;
        check(call_next(&udf, given, AGENT_ID_LENGTH, 1000, &length, &is_null) == NULL && udf.ptr == NULL, "a stranger gets nothing");
        check(call_answer(given, (long long)(next_random(&seed) % 2000), 1, "x", 1) == -1, "a stranger answers nothing");
        sched_yield();
    }
    return NULL;
}

/* With the privilege, and not the one that has the claim. */
static void *other_agent(void *argument) {
    unsigned seed = (unsigned)(uintptr_t)argument;
    while (!atomic_load(&strangers_end)) {
        struct udf udf;
        unsigned long length;
        unsigned char is_null;
        const char *given = next_random(&seed) % 3 == 0 ? NULL : agent_two;
        const unsigned long given_length = next_random(&seed) % 2 == 0 ? AGENT_ID_LENGTH : next_random(&seed) % AGENT_ID_LENGTH;
        check(call_next(&udf, given, given_length, 1000, &length, &is_null) == NULL && is_null == 1, "another agent gets NULL");
        rds_iam_next_login_deinit(&udf);
        check(call_answer(given, (long long)(next_random(&seed) % 2000), 1, "x", 1) == 0, "another agent answers nothing");
        sched_yield();
    }
    return NULL;
}

static void *login_without_answer(void *argument) {
    unsigned char packet[] = "\1\1N";
    struct client client = {.packet = packet, .length = 4, .protocol = TCP, .tls = 1};
    struct auth_info info;
    (void)argument;
    const int64_t start = now_ms();
    check(log_in(&client, "some user", 9, &info) == CR_AUTH_USER_CREDENTIALS, "a login without an answer is refused");
    return (void *)(uintptr_t)(now_ms() - start);
}

/* ---- Scenes ---- */

static void odd_calls(void) {
    struct udf_arguments none = {0, NULL, NULL, NULL};
    struct udf udf;
    char message[512];
    memset(&udf, 0, sizeof udf);
    check(rds_iam_next_login_init(&udf, &none, message), "next_login wants its arguments");
    check(rds_iam_answer_login_init(&udf, &none, message), "answer_login wants its arguments");
    rds_iam_next_login_deinit(&udf);
    check(claim("too short") == 1, "a claim has its length");

    unsigned char big[64] = {0};
    struct auth_info info;
    struct client gone = {.packet = NULL, .length = -1, .protocol = TCP, .tls = 1};
    check(log_in(&gone, "u", 1, &info) == CR_ERROR, "a client that went away is an error");
    struct client client = {.packet = big, .length = 64, .protocol = TCP, .tls = 1};
    char *name = calloc(1, MAX_USER + 1);
    check(log_in(&client, name, MAX_USER + 1, &info) == CR_AUTH_USER_CREDENTIALS, "a user name that is too long is refused");
    free(name);

    unsigned out_length = 7;
    check(generate(message, &out_length, "password", 8) == 1, "a password is refused");
    check(generate(message, &out_length, "", 0) == 0 && out_length == 0, "no password is taken");
    unsigned char salt[1], salt_length = 9;
    check(validate(message, 3) == 0 && set_salt("RDS", 3, salt, &salt_length) == 0 && salt_length == 0, "AS 'RDS' is taken");
}

static void privileges(void) {
    struct udf udf;
    unsigned long length = 0;
    unsigned char is_null;
    int types[2];
    long long wait = -1;
    char *values[2] = {agent_one, (char *)&wait};
    unsigned long lengths[2] = {AGENT_ID_LENGTH, 8};
    struct udf_arguments arguments = {2, types, values, lengths};
    char message[MESSAGE_SIZE], result[255];
    unsigned char error = 0;

    /* What was begun with the privilege does not outlive it. */
    memset(&udf, 0, sizeof udf);
    check(!rds_iam_next_login_init(&udf, &arguments, message), "with the privilege a call is begun");
    privileged = false;
    check(rds_iam_next_login(&udf, &arguments, result, &length, &is_null, &error) == NULL && is_null == 1, "a lost privilege ends it");
    rds_iam_next_login_deinit(&udf);
    check(rds_iam_next_login_init(&udf, &arguments, message) && strcmp(message, "it takes SYSTEM_VARIABLES_ADMIN") == 0, "and the next is refused");
    privileged = true;

    static const char *const needed[] = {"mysql_current_thread_reader", "mysql_thd_security_context", "global_grants_check"};
    for (int i = 0; i < 3; i++) {
        char line[256];
        absent_service = needed[i];
        check(call_next(&udf, agent_one, AGENT_ID_LENGTH, -1, &length, &is_null) == NULL, "without a service nobody may call");
        check(call_answer(agent_one, 1, 1, NULL, 0) == -1, "nor answer");
        check(describe_server(line, sizeof line) && strstr(line, needed[i]) != NULL && strstr(line, "9.7.4-driver") != NULL, "and the log names it");
    }
    absent_service = NULL;
    plugin_registry_service = (const struct registry_service *)(uintptr_t)REGISTRY_SERVICE_VERSION;
    check(call_next(&udf, agent_one, AGENT_ID_LENGTH, -1, &length, &is_null) == NULL, "functions of a plugin that is not installed refuse");
    plugin_registry_service = &registry_of_the_server;
    check(atomic_load(&services_held) == 0, "every service is given back");
}

/* Taken by a call whose answer went nowhere: it is offered again, and the login is in after that, not after the deadline. */
static void *login_of_a_lost_call(void *argument) {
    unsigned char packet[] = "\1\1Y";
    struct client client = {.packet = packet, .length = 4, .protocol = TCP, .tls = 1};
    struct auth_info info;
    (void)argument;
    check(log_in(&client, "some user", 9, &info) == CR_OK, "a login whose call was lost is let in by the next");
    return NULL;
}

static unsigned long long take_one(void) {
    struct udf udf;
    unsigned long length = 0;
    unsigned char is_null;
    unsigned long long id = 0;
    while (length == 0) {
        const char *text = call_next(&udf, agent_one, AGENT_ID_LENGTH, 1000, &length, &is_null);
        check(text != NULL, "the agent may call");
        if (text != NULL && length > 0) id = strtoull(text, NULL, 10); /* ends at the blank after the number */
        rds_iam_next_login_deinit(&udf);
    }
    return id;
}

static void lost_call(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, login_of_a_lost_call, NULL);
    const unsigned long long first = take_one(), again = take_one();
    check(first == again, "a login without an answer is offered again, as the same");
    check(call_answer(agent_one, (long long)again, 1, "x", 1) == 1, "and can be answered");
    pthread_join(thread, NULL);
}

static void no_agent(void) {
    const int64_t took = (int64_t)(uintptr_t)login_without_answer(NULL);
    check(took >= AGENT_GRACE_MS && took < AGENT_GRACE_MS + 3000, "without an agent a login is refused after the grace");
}

static void plain_connection(void) {
    pthread_t thread;
    atomic_store(&agents_end, false);
    pthread_create(&thread, NULL, agent_thread, NULL);
    unsigned char packet[] = "\1\1Y";
    struct client client = {.packet = packet, .length = 4, .protocol = TCP, .tls = 0};
    struct auth_info info;
    check(log_in(&client, "some user", 9, &info) == CR_AUTH_USER_CREDENTIALS, "a login in the clear is refused");
    check(!client.asked, "on a connection in the clear the token is not asked for");
    atomic_store(&agents_end, true);
    pthread_join(thread, NULL);
}

static void many_logins(void) {
    pthread_t threads[LOGIN_THREADS + AGENTS + 2 * STRANGERS];
    int count = 0;
    atomic_store(&agents_end, false);
    for (int i = 0; i < AGENTS; i++) pthread_create(&threads[count++], NULL, agent_thread, NULL);
    for (int i = 0; i < STRANGERS; i++) pthread_create(&threads[count++], NULL, stranger, (void *)(uintptr_t)(i + 1));
    for (int i = 0; i < STRANGERS; i++) pthread_create(&threads[count++], NULL, other_agent, (void *)(uintptr_t)(i + 1));
    const int first = count;
    for (int i = 0; i < LOGIN_THREADS; i++) pthread_create(&threads[count++], NULL, logins, (void *)(uintptr_t)i);
    for (int i = first; i < count; i++) pthread_join(threads[i], NULL);
    check(claim(agent_two) == 0, "another claim is heard");
    struct udf udf;
    unsigned long length;
    unsigned char is_null;
    check(call_next(&udf, agent_two, AGENT_ID_LENGTH, -1, &length, &is_null) == NULL, "but not taken while an agent calls");
    rds_iam_next_login_deinit(&udf);
    check(call_next(&udf, agent_one, AGENT_ID_LENGTH, -1, &length, &is_null) != NULL && length == 0, "the first one keeps it");
    rds_iam_next_login_deinit(&udf);
    atomic_store(&agents_end, true);
    atomic_store(&strangers_end, true);
    for (int i = 0; i < first; i++) pthread_join(threads[i], NULL);
}

static void *silent_agent(void *argument) {
    (void)argument;
    while (!atomic_load(&agents_end)) {
        struct udf udf;
        unsigned long length = 0;
        unsigned char is_null;
        check(call_next(&udf, agent_one, AGENT_ID_LENGTH, 100, &length, &is_null) != NULL, "the agent may call");
        rds_iam_next_login_deinit(&udf);
    }
    return NULL;
}

static void taken_and_never_answered(void) {
    pthread_t thread, agent_that_calls;
    void *took;
    atomic_store(&agents_end, false);
    pthread_create(&agent_that_calls, NULL, silent_agent, NULL);
    pthread_create(&thread, NULL, login_without_answer, NULL);
    pthread_join(thread, &took);
    check((int64_t)(uintptr_t)took >= ANSWER_DEADLINE_MS && (int64_t)(uintptr_t)took < ANSWER_DEADLINE_MS + 5000, "the deadline holds");
    atomic_store(&agents_end, true);
    pthread_join(agent_that_calls, NULL);

    /* And the agent that took it is gone: the deadline of an agent that does not call, not the one of an answer. */
    pthread_create(&thread, NULL, login_without_answer, NULL);
    take_one();
    pthread_join(thread, &took);
    check((int64_t)(uintptr_t)took >= CLAIMED_GRACE_MS && (int64_t)(uintptr_t)took < ANSWER_DEADLINE_MS, "an agent that was killed is not waited for");
}

static void unload_ends_every_wait(void) {
    pthread_t login, agents[2];
    atomic_store(&agents_end, false);
    atomic_store(&unload_scene, true);
    for (int i = 0; i < 2; i++) pthread_create(&agents[i], NULL, agent_thread, NULL);
    pthread_create(&login, NULL, login_without_answer, NULL);
    deinit(NULL);
    pthread_join(login, NULL);
    atomic_store(&agents_end, true);
    for (int i = 0; i < 2; i++) pthread_join(agents[i], NULL);
    check(parked == NULL && polls_waiting == 0, "nothing is left behind");
    init(NULL);
}

int main(void) {
    memset(agent_one, 'a', AGENT_ID_LENGTH);
    memset(agent_two, 'b', AGENT_ID_LENGTH);
    plugin_registry_service = &registry_of_the_server;
    check(init(NULL) == 0, "the plugin loads");
    odd_calls();
    privileges();
    no_agent();
    check(claim(agent_one) == 0, "a claim is taken");
    plain_connection();
    many_logins();
    lost_call();
    taken_and_never_answered();
    check(claim("") == 0 && !claimed, "a claim is given back");
    check(claim(agent_one) == 0 && claimed, "and taken again");
    unload_ends_every_wait();
    check(parked == NULL && polls_waiting == 0 && atomic_load(&services_held) == 0, "nothing is left behind");
    if (atomic_load(&failures) > 0) return 1;
    printf("ok: %d allowed, %d denied\n", atomic_load(&allowed), atomic_load(&denied));
    return 0;
}
