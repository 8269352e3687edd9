/*
 * The server's ABI as far as aws_authentication_plugin.c uses it, declared anew from the meaning of include/mysql/plugin.h,
 * plugin_auth.h, plugin_auth_common.h, udf_registration_types.h and components/services/bits/system_variables_bits.h of MySQL 8.0
 * to 9.7: the library is built without MySQL's headers. Later versions only add fields at the end.
 */
#ifndef RDS_IAM_MYSQL_ABI_H
#define RDS_IAM_MYSQL_ABI_H

#include <stdbool.h>
#include <stddef.h>

enum { MYSQL_AUTHENTICATION_PLUGIN = 7, PLUGIN_LICENSE_BSD = 2, AUTHENTICATION_INTERFACE = 0x0201 };
enum { PLUGIN_VAR_STR = 0x0005, PLUGIN_VAR_NOCMDOPT = 0x0800, PLUGIN_VAR_NOPERSIST = 0x10000 };
enum { CR_OK = -1, CR_ERROR = 0, CR_AUTH_USER_CREDENTIALS = 1 };
enum { PASSWORD_USED_NO = 0, PASSWORD_USED_YES = 1 };
enum { VIO_SOCKET = 2 };
enum { UDF_STRING = 0, UDF_INT = 2 };
enum { MESSAGE_SIZE = 512 }; /* MYSQL_ERRMSG_SIZE: what the server gives a function for its message */
enum { REGISTRY_SERVICE_VERSION = 0x0100 }; /* VERSION_plugin_registry_service */

struct vio_info {
    int protocol;
    int socket;
    unsigned char tls; /* a bool of 9.x; older servers leave it alone */
    unsigned char later_versions[55];
};

struct vio {
    int (*read_packet)(struct vio *, unsigned char **);
    int (*write_packet)(struct vio *, const unsigned char *, int);
    void (*info)(struct vio *, struct vio_info *);
};

struct auth_info {
    char *user_name;
    unsigned user_name_length;
    const char *auth_string;
    unsigned long auth_string_length;
    char authenticated_as[97];
    char external_user[512];
    int password_used;
    const char *host_or_ip;
    unsigned host_or_ip_length;
};

struct auth_descriptor {
    int interface_version;
    const char *client_plugin;
    int (*authenticate)(struct vio *, struct auth_info *);
    int (*generate)(char *, unsigned *, const char *, unsigned);
    int (*validate)(char *, unsigned);
    int (*set_salt)(const char *, unsigned, unsigned char *, unsigned char *);
    unsigned long flags;
    int (*compare)(const char *, unsigned long, const char *, unsigned long, int *);
};

struct sysvar_value {
    int (*value_type)(struct sysvar_value *);
    const char *(*val_str)(struct sysvar_value *, char *buffer, int *length);
};

struct string_sysvar {
    int flags;
    const char *name;
    const char *comment;
    int (*check)(void *thd, struct string_sysvar *, void *save, struct sysvar_value *);
    void (*update)(void *thd, struct string_sysvar *, void *value, const void *save);
    char **value;
    char *default_value;
};

struct plugin {
    int type;
    void *info;
    const char *name, *author, *description;
    int license;
    int (*init)(void *);
    int (*check_uninstall)(void *);
    int (*deinit)(void *);
    unsigned version;
    void *status_variables;
    struct string_sysvar **system_variables;
    void *reserved;
    unsigned long flags;
};

struct udf_arguments {
    unsigned count;
    int *types;
    char **values;
    unsigned long *lengths;
};

struct udf {
    bool maybe_null;
    unsigned decimals;
    unsigned long max_length;
    char *ptr;
    bool const_item;
};

/* The component services that are asked who calls. A status is 0 when all went well; a handle is a pointer to the service's table. */
struct registry {
    int (*acquire)(const char *name, void **service);
    int (*acquire_related)(const char *name, void *to, void **service);
    int (*release)(void *service);
};

struct registry_service {
    const struct registry *(*acquire)(void);
    int (*release)(const struct registry *);
};

struct thread_reader { /* mysql_current_thread_reader */
    int (*get)(void **thread);
};

struct security_contexts { /* mysql_thd_security_context */
    int (*get)(void *thread, void **context);
    int (*set)(void *thread, void *context);
};

struct global_grants { /* global_grants_check; 1 means that it has the privilege */
    int (*has)(void *context, const char *privilege, size_t length);
};

/* As a compiler lays out MySQL 9.7's own headers on x64 and arm64 Linux. */
_Static_assert(sizeof(struct plugin) == 112 && offsetof(struct plugin, system_variables) == 88, "st_mysql_plugin");
_Static_assert(sizeof(struct auth_descriptor) == 64 && offsetof(struct auth_descriptor, flags) == 48, "st_mysql_auth");
_Static_assert(offsetof(struct auth_info, external_user) == 129, "MYSQL_SERVER_AUTH_INFO");
_Static_assert(offsetof(struct auth_info, password_used) == 644 && offsetof(struct auth_info, host_or_ip) == 648, "MYSQL_SERVER_AUTH_INFO");
_Static_assert(offsetof(struct vio_info, tls) == 8, "MYSQL_PLUGIN_VIO_INFO");
_Static_assert(offsetof(struct udf, ptr) == 16 && offsetof(struct udf, const_item) == 24, "UDF_INIT");

#endif
