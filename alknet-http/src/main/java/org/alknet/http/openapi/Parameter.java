package org.alknet.http.openapi;

import tools.jackson.databind.JsonNode;

/**
 * A parameter of an operation.
 *
 * @param name at the service
 * @param place where it goes
 * @param property its name in the input
 * @param required whether it has to be there
 * @param style how its value is written
 * @param json whether the value is written as JSON
 * @param schema as the document has it
 */
record Parameter(
    String name,
    Place place,
    String property,
    boolean required,
    Style style,
    boolean json,
    JsonNode schema) {

  Parameter withProperty(String other) {
    return new Parameter(name, place, other, required, style, json, schema);
  }
}
