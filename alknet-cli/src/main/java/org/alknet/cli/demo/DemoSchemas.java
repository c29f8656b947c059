package org.alknet.cli.demo;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The schemas of the demo operations (spec/cli.md section 10). */
final class DemoSchemas {
  private static final JsonMapper MAPPER = JsonMapper.shared();

  static final JsonNode ANYTHING = MAPPER.createObjectNode();
  static final JsonNode NEVER = schema("{'not':{}}");
  static final JsonNode NOTHING = schema("{'type':'object','additionalProperties':false}");

  static final JsonNode TIME_OUTPUT =
      schema(
          "{'type':'object','properties':{'now':{'type':'string','format':'date-time'}},"
              + "'required':['now'],'additionalProperties':false}");

  static final JsonNode ADD_INPUT =
      schema(
          "{'type':'object','properties':{'a':{'type':'number'},'b':{'type':'number'}},"
              + "'required':['a','b'],'additionalProperties':false}");
  static final JsonNode ADD_OUTPUT =
      schema(
          "{'type':'object','properties':{'sum':{'type':'number'}},"
              + "'required':['sum'],'additionalProperties':false}");

  static final JsonNode WHOAMI_OUTPUT =
      schema(
          "{'type':'object','properties':{'id':{'type':['string','null']},"
              + "'scopes':{'type':'array','items':{'type':'string'}},"
              + "'forwarded_for':{'type':['object','null']},'internal':{'type':'boolean'}},"
              + "'required':['id','scopes','forwarded_for','internal'],"
              + "'additionalProperties':false}");

  static final JsonNode SLEEP_INPUT =
      schema(
          "{'type':'object','properties':{'ms':{'type':'integer','minimum':0,'maximum':60000}},"
              + "'required':['ms'],'additionalProperties':false}");
  static final JsonNode SLEEP_OUTPUT =
      schema(
          "{'type':'object','properties':{'slept_ms':{'type':'integer'}},"
              + "'required':['slept_ms'],'additionalProperties':false}");

  static final JsonNode FAIL_INPUT =
      schema(
          "{'type':'object','properties':{'code':{'type':'string','default':'DEMO_FAILED'}},"
              + "'additionalProperties':false}");
  static final JsonNode FAIL_DETAILS =
      schema(
          "{'type':'object','properties':{'hint':{'type':'string'}},"
              + "'required':['hint'],'additionalProperties':false}");

  static final JsonNode TICKER_INPUT =
      schema(
          "{'type':'object','properties':{"
              + "'interval_ms':{'type':'integer','minimum':10,'maximum':60000,'default':1000},"
              + "'count':{'type':'integer','minimum':1,'maximum':1000,'default':1000}},"
              + "'additionalProperties':false}");
  static final JsonNode TICKER_OUTPUT =
      schema(
          "{'type':'object','properties':{'n':{'type':'integer'},"
              + "'now':{'type':'string','format':'date-time'}},"
              + "'required':['n','now'],'additionalProperties':false}");

  static final JsonNode SECRET_OUTPUT =
      schema(
          "{'type':'object','properties':{'secret':{'type':'string'}},"
              + "'required':['secret'],'additionalProperties':false}");

  static final JsonNode CREDENTIAL_OUTPUT =
      schema(
          "{'type':'object','properties':{'present':{'type':'boolean'}},"
              + "'required':['present'],'additionalProperties':false}");

  static final JsonNode COMPOSE_INPUT =
      schema(
          "{'type':'object','properties':{'text':{'type':'string'}},"
              + "'required':['text'],'additionalProperties':false}");
  static final JsonNode COMPOSE_OUTPUT =
      schema(
          "{'type':'object','properties':{'echo':{'type':'object'},'time':{'type':'object'},"
              + "'stamp':{'type':'object'}},"
              + "'required':['echo','time','stamp'],'additionalProperties':false}");
  static final JsonNode STAMP_OUTPUT =
      schema(
          "{'type':'object','properties':{'stamp':{'type':'string'}},"
              + "'required':['stamp'],'additionalProperties':false}");

  private DemoSchemas() {}

  /** Reads JSON with apostrophes for quotes. */
  private static JsonNode schema(String text) {
    return MAPPER.readTree(text.replace('\'', '"'));
  }
}
