/*
 * AWSAuthenticationPlugin for a stock MySQL server (8.0 and later, Linux): the local stand-in for the plugin of the
 * same name on Amazon RDS. It decides nothing. It parks a login, hands it to the agent outside the server, and does
 * what the agent says; without an agent or an answer in time the login is refused.
 *
 * The way to the agent is the server itself, over the agent's own admin connections:
 *
 *   SET GLOBAL awsauthenticationplugin_agent = '<64 characters>'   claims the logins; '' gives them back.
 *   rds_iam_next_login(agent, wait_ms)                             waits for a login: NULL (another agent's), '' (none yet),
 *                                                                  or a header line and the login's bytes (describe()).
 *                                                                  A negative wait only asks: NULL (another agent's) or ''.
 *   rds_iam_answer_login(agent, id, allow, external_user)          1 when the login was there to be answered, else 0.
 *
 * All three take SYSTEM_VARIABLES_ADMIN in the calling session: SET GLOBAL by itself, the functions by calling_session.h. The 64
 * characters only tell one agent from another. The claim is kept by the first agent for as long as it calls; another one's claim is
 * not taken meanwhile. parked_logins.h has the logins, mysql_abi.h what is used of the server.
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define EXPORT __attribute__((visibility("default")))

/* The oldest name of the one function that glibc 2.34 gave a new version: the library then loads from 2.25 on (explicit_bzero). */
#if defined(__x86_64__) && defined(__GLIBC__)
__asm__(".symver pthread_condattr_setclock, pthread_condattr_setclock@GLIBC_2.3.3");
#elif defined(__aarch64__) && defined(__GLIBC__)
__asm__(".symver pthread_condattr_setclock, pthread_condattr_setclock@GLIBC_2.17");
#endif

#include "calling_session.h"
#include "mysql_abi.h"
#include "parked_logins.h"

/* One line in the server's log. */
static void say(const char *what) {
    char line[384];
    const int length = snprintf(line, sizeof line, "[AWSAuthenticationPlugin] %s\n", what);
    if (length > 0 && write(STDERR_FILENO, line, (size_t)length < sizeof line ? (size_t)length : sizeof line - 1) < 0) return;
}

/* ---- A login ---------------------------------------------------------------------------------------------------- */

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

    if (login.verdict == UNANSWERED) say("a login was refused: no agent answered in time");
    if (login.verdict != ALLOWED) return CR_AUTH_USER_CREDENTIALS;
    memcpy(info->external_user, login.external_user, sizeof info->external_user);
    return CR_OK;
}

/* ---- The agent's side ------------------------------------------------------------------------------------------- */

/* With the arguments checked and the caller's privilege asked for; false when the function may be called. */
static bool refuse_call(const char *usage, unsigned count, const struct udf_arguments *arguments, char *message) {
    const char *why = arguments->count == count ? why_not_agent() : usage;
    if (why == NULL) return false;
    say_refusal(message, why);
    return true;
}

EXPORT bool rds_iam_next_login_init(struct udf *udf, struct udf_arguments *arguments, char *message) {
    udf->ptr = NULL;
    if (refuse_call("rds_iam_next_login(agent, wait_ms) is for AWSAuthenticationPlugin's agent", 2, arguments, message)) return true;
    arguments->types[0] = UDF_STRING;
    arguments->types[1] = UDF_INT;
    udf->maybe_null = true;
    udf->const_item = false;
    udf->max_length = MAX_DESCRIPTION;
    udf->ptr = malloc(MAX_DESCRIPTION);
    if (udf->ptr == NULL) say_refusal(message, "out of memory");
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
    const bool may = why_not_agent() == NULL;
    *length = 0;

    pthread_mutex_lock(&lock);
    bool is_agent = may && is_claimed_by(arguments->values[0], arguments->lengths[0]);
    if (is_agent && !only_asks) {
        struct login *login;
        int64_t now = now_ms(), until = deadline;
        polls_waiting++;
        while ((login = next_to_offer(now, &until)) == NULL && is_agent && now < deadline) {
            wait_until(&arrival, until);
            is_agent = is_claimed_by(arguments->values[0], arguments->lengths[0]);
            now = now_ms();
            until = deadline;
        }
        polls_waiting--;
        if (is_agent) agent_seen_ms = now;
        if (is_agent && login != NULL) {
            login->offered = true;
            login->offered_ms = now;
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
    if (refuse_call("rds_iam_answer_login(agent, id, allow, external_user) is for the plugin's agent", 4, arguments, message)) return true;
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
    if (arguments->values[1] == NULL || arguments->values[2] == NULL || why_not_agent() != NULL) return 0;
    const uint64_t id = (uint64_t) * (const long long *)(const void *)arguments->values[1];
    const bool allow = *(const long long *)(const void *)arguments->values[2] == 1;
    const char *external_user = arguments->values[3];
    const size_t external_length = external_user != NULL ? arguments->lengths[3] : 0;

    pthread_mutex_lock(&lock);
    struct login *login = NULL;
    if (is_claimed_by(arguments->values[0], arguments->lengths[0])) {
        agent_seen_ms = now_ms();
        login = find_offered(id);
    }
    if (login != NULL) {
        login->verdict = allow ? ALLOWED : DENIED;
        if (external_length > 0 && external_length < sizeof login->external_user)
            memcpy(login->external_user, external_user, external_length);
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
    if (text != NULL && length != 0 && length != AGENT_ID_LENGTH) return 1;
    *(const char **)save = text == NULL || length == 0 ? NULL : text;
    return 0;
}

static void update_claim(void *thd, struct string_sysvar *variable, void *value, const void *save) {
    const char *text = *(const char *const *)save;
    (void)thd;
    (void)variable;
    (void)value; /* stays NULL: there is no memory of ours for the server to read */
    pthread_mutex_lock(&lock);
    if (text == NULL) {
        claimed = false;
    } else if (!agent_calls(now_ms())) {
        claimed = true;
        memcpy(agent_id, text, AGENT_ID_LENGTH);
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

static int init(void *plugin) {
    char line[256];
    const bool usable = describe_server(line, sizeof line);
    (void)plugin;
    say(line);
    return usable ? set_unloading(false) : 1;
}

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

enum { PLUGIN_VERSION = 0x0200 }; /* "2.0" in information_schema.PLUGINS; the agent takes no other (PluginInstallation.cs) */

static char *no_value;
static struct string_sysvar agent = {
    PLUGIN_VAR_STR | PLUGIN_VAR_NOCMDOPT | PLUGIN_VAR_NOPERSIST, "agent", "Claims the logins for an agent; reads as empty",
    check_claim, update_claim, &no_value, NULL,
};
static struct string_sysvar *system_variables[] = {&agent, NULL};

/*
 * MariaDB looks for a symbol of its own first, and refuses a version that it does not know before it calls anything. Without it, it would
 * take the struct below for the shorter one of MySQL 5 and crash when init() says no [seen in 10.11].
 */
EXPORT int _maria_plugin_interface_version_ = 0;

__attribute__((constructor)) static void refuse_mariadb(void) {
    char line[256];
    if (is_mariadb() && !describe_server(line, sizeof line)) say(line);
}

EXPORT int _mysql_plugin_interface_version_ = 0x010A;
EXPORT int _mysql_sizeof_struct_st_plugin_ = sizeof(struct plugin);
EXPORT struct plugin _mysql_plugin_declarations_[] = {
    {MYSQL_AUTHENTICATION_PLUGIN, &descriptor, "AWSAuthenticationPlugin", "RdsIamAspire", "Judges IAM auth tokens through an agent",
     PLUGIN_LICENSE_BSD, init, NULL, deinit, PLUGIN_VERSION, NULL, system_variables, NULL, 0},
    {0},
};
