/*
 * mysql_abi.h against a MySQL version's own public headers, at compile time: nothing of it is run or shipped.
 *
 *   g++ -std=c++20 -fsyntax-only -I HEADERS -I HEADERS/mysql -I HEADERS/../libs abi_check.cc
 *
 * HEADERS is include/ of a server's source tree (eng/mysql-headers.sh fetches one), or what the client package has
 * (libmysqlclient-dev). What is there is checked, and what is not is said. NativeAbiTests.cs does it for each folder that
 * RDS_IAM_MYSQL_HEADERS names, and for the machine's own.
 */
#include <sys/types.h> /* ulong, which the headers of 8.0 take for granted */

/* As MySQL's own ABI check does: without what only a configured build has (mysql_version.h, sql/). */
#define MYSQL_ABI_CHECK
#define _Static_assert static_assert

#include "mysql_abi.h"

/* Before the headers make macros of the same names. */
enum {
    OUR_OK = CR_OK,
    OUR_ERROR = CR_ERROR,
    OUR_CREDENTIALS = CR_AUTH_USER_CREDENTIALS,
    OUR_PLUGIN_TYPE = MYSQL_AUTHENTICATION_PLUGIN,
    OUR_LICENSE = PLUGIN_LICENSE_BSD,
    OUR_AUTH_INTERFACE = AUTHENTICATION_INTERFACE,
    OUR_VAR_STR = PLUGIN_VAR_STR,
    OUR_VAR_NOCMDOPT = PLUGIN_VAR_NOCMDOPT,
    OUR_VAR_NOPERSIST = PLUGIN_VAR_NOPERSIST,
    OUR_PASSWORD_YES = PASSWORD_USED_YES,
};

#define SAME(ours, our_field, theirs, their_field) \
    _Static_assert(offsetof(ours, our_field) == offsetof(theirs, their_field), #theirs "." #their_field)

#if __has_include(<plugin_auth_common.h>)
#include <plugin_auth_common.h>
_Static_assert(OUR_OK == CR_OK && OUR_ERROR == CR_ERROR && OUR_CREDENTIALS == CR_AUTH_USER_CREDENTIALS, "CR_");
_Static_assert(sizeof(((struct auth_info *)0)->authenticated_as) == MYSQL_USERNAME_LENGTH + 1, "MYSQL_USERNAME_LENGTH");
_Static_assert(sizeof(MYSQL_PLUGIN_VIO_INFO) <= sizeof(struct vio_info), "the server writes its own vio_info into ours");
SAME(struct vio_info, protocol, MYSQL_PLUGIN_VIO_INFO, protocol);
SAME(struct vio_info, socket, MYSQL_PLUGIN_VIO_INFO, socket);
template <class Theirs>
constexpr bool tls_fits() {
    if constexpr (requires(Theirs theirs) { theirs.is_tls_established; }) /* MySQL 9 */
        return offsetof(struct vio_info, tls) == offsetof(Theirs, is_tls_established);
    else
        return true;
}
static_assert(tls_fits<MYSQL_PLUGIN_VIO_INFO>(), "is_tls_established");
SAME(struct vio, read_packet, MYSQL_PLUGIN_VIO, read_packet);
SAME(struct vio, write_packet, MYSQL_PLUGIN_VIO, write_packet);
SAME(struct vio, info, MYSQL_PLUGIN_VIO, info);
#else
#pragma message("not checked: plugin_auth_common.h")
#endif

#if __has_include(<udf_registration_types.h>)
#include <udf_registration_types.h>
_Static_assert(UDF_STRING == (int)STRING_RESULT && UDF_INT == (int)INT_RESULT, "Item_result");
SAME(struct udf_arguments, count, UDF_ARGS, arg_count);
SAME(struct udf_arguments, types, UDF_ARGS, arg_type);
SAME(struct udf_arguments, values, UDF_ARGS, args);
SAME(struct udf_arguments, lengths, UDF_ARGS, lengths);
SAME(struct udf, maybe_null, UDF_INIT, maybe_null);
SAME(struct udf, decimals, UDF_INIT, decimals);
SAME(struct udf, max_length, UDF_INIT, max_length);
SAME(struct udf, ptr, UDF_INIT, ptr);
SAME(struct udf, const_item, UDF_INIT, const_item);
#else
#pragma message("not checked: udf_registration_types.h")
#endif

#if __has_include(<plugin_auth.h>)
#include <plugin_auth.h>
/* As plugin_add() of sql_plugin.cc asks: min_plugin_info_interface_version is the server's own (0x0200 in 8.0.21, 0x0201 in 9.7). */
_Static_assert((OUR_AUTH_INTERFACE >> 8) == (MYSQL_AUTHENTICATION_INTERFACE_VERSION >> 8), "the major version has to be the same");
_Static_assert(OUR_AUTH_INTERFACE >= MYSQL_AUTHENTICATION_INTERFACE_VERSION, "and the minor one no earlier than the server's");
_Static_assert(OUR_PASSWORD_YES == PASSWORD_USED_YES, "PASSWORD_USED_");
SAME(struct auth_info, user_name, MYSQL_SERVER_AUTH_INFO, user_name);
SAME(struct auth_info, user_name_length, MYSQL_SERVER_AUTH_INFO, user_name_length);
SAME(struct auth_info, external_user, MYSQL_SERVER_AUTH_INFO, external_user);
SAME(struct auth_info, password_used, MYSQL_SERVER_AUTH_INFO, password_used);
SAME(struct auth_info, host_or_ip, MYSQL_SERVER_AUTH_INFO, host_or_ip);
SAME(struct auth_info, host_or_ip_length, MYSQL_SERVER_AUTH_INFO, host_or_ip_length);
SAME(struct auth_descriptor, client_plugin, struct st_mysql_auth, client_auth_plugin);
SAME(struct auth_descriptor, authenticate, struct st_mysql_auth, authenticate_user);
SAME(struct auth_descriptor, flags, struct st_mysql_auth, authentication_flags);
_Static_assert(sizeof(struct auth_descriptor) >= sizeof(struct st_mysql_auth), "st_mysql_auth");
#else
#pragma message("not checked: plugin_auth.h")
#endif

#if __has_include(<mysql/plugin.h>)
#include <mysql/plugin.h>
_Static_assert(OUR_PLUGIN_TYPE == MYSQL_AUTHENTICATION_PLUGIN && OUR_LICENSE == PLUGIN_LICENSE_BSD, "plugin.h");
_Static_assert(OUR_VAR_STR == PLUGIN_VAR_STR && OUR_VAR_NOCMDOPT == PLUGIN_VAR_NOCMDOPT, "PLUGIN_VAR_");
_Static_assert(OUR_VAR_NOPERSIST == PLUGIN_VAR_NOPERSIST, "PLUGIN_VAR_NOPERSIST");
_Static_assert((MYSQL_PLUGIN_INTERFACE_VERSION >> 8) == 0x01 && MYSQL_PLUGIN_INTERFACE_VERSION >= 0x010A, "plugin interface");
SAME(struct plugin, info, struct st_mysql_plugin, info);
SAME(struct plugin, init, struct st_mysql_plugin, init);
SAME(struct plugin, deinit, struct st_mysql_plugin, deinit);
SAME(struct plugin, system_variables, struct st_mysql_plugin, system_vars);
SAME(struct plugin, flags, struct st_mysql_plugin, flags);
_Static_assert(sizeof(struct plugin) == sizeof(struct st_mysql_plugin), "st_mysql_plugin");
#else
#pragma message("not checked: plugin.h")
#endif

#if __has_include(<mysql/components/services/security_context.h>)
#include <mysql/components/services/dynamic_privilege.h>
#include <mysql/components/services/mysql_current_thread_reader.h>
#include <mysql/components/services/registry.h>
#include <mysql/components/services/security_context.h>
SAME(struct registry, acquire, SERVICE_TYPE_NO_CONST(registry), acquire);
SAME(struct registry, release, SERVICE_TYPE_NO_CONST(registry), release);
SAME(struct thread_reader, get, SERVICE_TYPE_NO_CONST(mysql_current_thread_reader), get);
SAME(struct security_contexts, get, SERVICE_TYPE_NO_CONST(mysql_thd_security_context), get);
SAME(struct global_grants, has, SERVICE_TYPE_NO_CONST(global_grants_check), has_global_grant);
#else
#pragma message("not checked: the component services")
#endif
