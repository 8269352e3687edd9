/*
 * Who calls: the server's own privilege check on the calling session. A loadable function may be called by every SQL user, and whatever
 * stands in a statement can be read by others (performance_schema, the processlist, the logs), so no secret tells the agent from them.
 *
 * The server's component services are asked anew in each call (under two microseconds), because a session's privileges may change: a role
 * is dropped, a stored program runs as its definer. Where a server lacks one of them, nobody may call: every login is then refused.
 */
#ifndef RDS_IAM_CALLING_SESSION_H
#define RDS_IAM_CALLING_SESSION_H

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "mysql_abi.h"

/* The privilege that SET GLOBAL takes, which claims the logins ("Dynamic Privilege Descriptions", MySQL Reference Manual). */
static const char PRIVILEGE[] = "SYSTEM_VARIABLES_ADMIN";

/* The server puts its table here when it loads the plugin; before that it is the version that the plugin was built for. */
EXPORT const struct registry_service *plugin_registry_service = (const struct registry_service *)(uintptr_t)REGISTRY_SERVICE_VERSION;

/* mysqld's own variable; weak, because a test has no server. */
extern const char server_version[] __attribute__((weak));

static bool is_mariadb(void) { return server_version != NULL && strstr(server_version, "MariaDB") != NULL; }

static bool is_in_server(void) { return (uintptr_t)(const void *)plugin_registry_service > 0xffff; }

struct session_services {
    const struct registry *registry;
    const struct thread_reader *threads;
    const struct security_contexts *contexts;
    const struct global_grants *grants;
    const char *missing; /* the first that the server lacks; NULL when it has all */
};

static void *acquire_service(struct session_services *services, const char *name) {
    void *service = NULL;
    if (services->missing != NULL) return NULL;
    if (services->registry->acquire(name, &service) != 0 || service == NULL) {
        services->missing = name;
        return NULL;
    }
    return service;
}

/* To be released in any case. */
static struct session_services acquire_services(void) {
    struct session_services services;
    memset(&services, 0, sizeof services);
    services.registry = is_in_server() ? plugin_registry_service->acquire() : NULL;
    if (services.registry == NULL) {
        services.missing = "plugin_registry_service";
        return services;
    }
    services.threads = acquire_service(&services, "mysql_current_thread_reader");
    services.contexts = acquire_service(&services, "mysql_thd_security_context");
    services.grants = acquire_service(&services, "global_grants_check");
    return services;
}

static void release_services(const struct session_services *services) {
    if (services->registry == NULL) return;
    if (services->grants != NULL) services->registry->release((void *)(uintptr_t)services->grants);
    if (services->contexts != NULL) services->registry->release((void *)(uintptr_t)services->contexts);
    if (services->threads != NULL) services->registry->release((void *)(uintptr_t)services->threads);
    plugin_registry_service->release(services->registry);
}

/* NULL when the calling session may act as the agent, else why not: in 80 characters, as many as the server shows. */
static const char *why_not_agent(void) {
    struct session_services services = acquire_services();
    const char *why = "it takes SYSTEM_VARIABLES_ADMIN";
    void *thread = NULL, *context = NULL;
    if (services.missing != NULL)
        why = "this server cannot tell who calls; its log says more";
    else if (services.threads->get(&thread) == 0 && thread != NULL && services.contexts->get(thread, &context) == 0 && context != NULL &&
             (services.grants->has(context, PRIVILEGE, sizeof PRIVILEGE - 1) & 0xff) == 1) /* some versions return a C++ bool */
        why = NULL;
    release_services(&services);
    return why;
}

static void say_refusal(char *message, const char *why) { snprintf(message, MESSAGE_SIZE, "%s", why); }

/* What the library is loaded into, for the server's log; false when it must not be used there. */
static bool describe_server(char *line, size_t size) {
    const char *version = server_version != NULL ? server_version : "of an unknown version";
    if (is_mariadb()) {
        snprintf(line, size, "not loaded: this is MariaDB (%.60s), and AWSAuthenticationPlugin needs MySQL 8.0 or later", version);
        return false;
    }
    struct session_services services = acquire_services();
    if (services.missing != NULL)
        snprintf(line, size, "loaded into MySQL %.60s, which lacks %s: it cannot tell who calls, so every login will be refused", version,
                 services.missing);
    else
        snprintf(line, size, "loaded into MySQL %.60s; every service that it needs is there", version);
    release_services(&services);
    return true;
}

#endif
