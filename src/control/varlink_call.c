/* SPDX-License-Identifier: BSD-2-Clause */
#include "control/varlink_call.h"

#include <stdio.h>
#include <string.h>

static const char service_description[] =
	"interface " VARLINK_SERVICE "\n"
	"\n"
	"method GetInfo() -> (vendor: string, product: string, version: string, url: string,\n"
	"  interfaces: []string)\n"
	"method GetInterfaceDescription(interface: string) -> (description: string)\n"
	"\n"
	"error InterfaceNotFound (interface: string)\n"
	"error MethodNotFound (method: string)\n"
	"error InvalidParameter (parameter: string)\n"
	"error ExpectedMore ()\n";

void varlink_fail(struct varlink_request *call, const char *error, const char *name,
		  const char *value)
{
	call->error = error;
	call->answer = json_object();
	if (name)
		json_object_set_new(call->answer, name, json_of_text(value));
}

static void get_info(struct varlink_request *call)
{
	call->answer = json_pack("{s:s, s:s, s:s, s:s, s:[s, s]}", "vendor", "Dialtone", "product",
				 "Dialtone", "version", DIALTONE_VERSION, "url", "", "interfaces",
				 VARLINK_SERVICE, call->interface->name);
}

static void get_interface_description(struct varlink_request *call)
{
	const json_t *wanted = json_object_get(call->parameters, "interface");
	const char *name = json_string_value(wanted);
	if (!name)
		varlink_fail(call, VARLINK_SERVICE ".InvalidParameter", "parameter", "interface");
	else if (strcmp(name, call->interface->name) == 0)
		call->answer = json_pack("{s:s}", "description", call->interface->description);
	else if (strcmp(name, VARLINK_SERVICE) == 0)
		call->answer = json_pack("{s:s}", "description", service_description);
	else
		varlink_fail(call, VARLINK_SERVICE ".InterfaceNotFound", "interface", name);
}

static void not_found(struct varlink_request *call)
{
	const char *dot = strrchr(call->method, '.');
	size_t length = dot ? (size_t)(dot - call->method) : 0;
	char interface[LINE_STATUS_TEXT];
	snprintf(interface, sizeof(interface), "%.*s", (int)length, call->method);
	if (strcmp(interface, call->interface->name) == 0 ||
	    strcmp(interface, VARLINK_SERVICE) == 0)
		varlink_fail(call, VARLINK_SERVICE ".MethodNotFound", "method", call->method);
	else
		varlink_fail(call, VARLINK_SERVICE ".InterfaceNotFound", "interface", interface);
}

static const struct varlink_method service_methods[] = {
	{ VARLINK_SERVICE ".GetInfo", { NULL }, get_info },
	{ VARLINK_SERVICE ".GetInterfaceDescription", { "interface" }, get_interface_description },
};

static const struct varlink_method *find(const struct varlink_method *methods, size_t count,
					 const char *name)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(methods[i].name, name) == 0)
			return &methods[i];
	return NULL;
}

static bool takes(const struct varlink_method *method, const char *parameter)
{
	for (size_t i = 0; i < sizeof(method->parameters) / sizeof(method->parameters[0]); i++)
		if (method->parameters[i] && strcmp(method->parameters[i], parameter) == 0)
			return true;
	return false;
}

static void dispatch(struct varlink_request *call)
{
	const struct varlink_method *method =
		find(call->interface->methods, call->interface->count, call->method);
	if (!method)
		method = find(service_methods, 2, call->method);
	if (!method) {
		not_found(call);
		return;
	}
	/* The iterator is not const in jansson, though it changes nothing. */
	json_t *parameters = (json_t *)(uintptr_t)call->parameters;
	for (void *i = json_object_iter(parameters); i; i = json_object_iter_next(parameters, i)) {
		const char *name = json_object_iter_key(i);
		if (takes(method, name))
			continue;
		varlink_fail(call, VARLINK_SERVICE ".InvalidParameter", "parameter", name);
		return;
	}
	method->run(call);
}

bool varlink_read_flag(const json_t *object, const char *name, bool *ret)
{
	const json_t *value = json_object_get(object, name);
	*ret = json_is_true(value);
	return !value || json_is_boolean(value);
}

static bool read_call(const json_t *object, struct varlink_request *call)
{
	call->method = json_string_value(json_object_get(object, "method"));
	call->parameters = json_object_get(object, "parameters");
	return call->method && (!call->parameters || json_is_object(call->parameters)) &&
	       varlink_read_flag(object, "more", &call->more) &&
	       varlink_read_flag(object, "oneway", &call->oneway);
}

bool varlink_run(const struct varlink_interface *interface, const char *text, size_t length,
		 struct varlink_request *request)
{
	request->interface = interface;
	request->error = NULL;
	request->answer = NULL;
	request->object = json_loadb(text, length, JSON_REJECT_DUPLICATES, NULL);
	if (!request->object || !read_call(request->object, request))
		return false;
	dispatch(request);
	return true;
}

void varlink_done(struct varlink_request *request)
{
	json_decref(request->object);
	request->object = NULL;
}

size_t varlink_write_answer(const char *error, json_t *answer, bool continues,
			    char to[VARLINK_MESSAGE_MAX])
{
	json_t *whole = json_object();
	if (error)
		json_object_set_new(whole, "error", json_string(error));
	json_object_set_new(whole, "parameters", answer ? answer : json_object());
	if (continues)
		json_object_set_new(whole, "continues", json_true());
	size_t length = json_write(whole, JSON_COMPACT, to, VARLINK_MESSAGE_MAX);
	json_decref(whole);
	return length > 0 ? length + 1 : 0;
}

size_t varlink_write_call(const char *interface, const char *method, json_t *parameters, bool more,
			  char to[VARLINK_MESSAGE_MAX])
{
	char name[LINE_STATUS_TEXT];
	snprintf(name, sizeof(name), "%s.%s", interface, method);
	json_t *call = json_pack("{s:s}", "method", name);
	if (parameters)
		json_object_set_new(call, "parameters", parameters);
	if (more)
		json_object_set_new(call, "more", json_true());
	size_t length = json_write(call, JSON_COMPACT, to, VARLINK_MESSAGE_MAX);
	json_decref(call);
	return length > 0 ? length + 1 : 0;
}
