package org.alknet.cli;

/** A small document for tests. */
final class Petstore {
  private Petstore() {}

  /** Returns a document of two operations that can be imported and one that cannot. */
  static String document(String baseUrl) {
    return """
    openapi: 3.0.3
    info: {title: Pets, version: "1"}
    servers: [{url: "%s"}]
    paths:
      /pets/{petId}:
        get:
          operationId: getPetById
          parameters:
            - {name: petId, in: path, required: true, schema: {type: integer}}
          responses:
            "200":
              description: one pet
              content: {application/json: {schema: {type: object}}}
            "404": {description: no such pet}
      /pets:
        get: {operationId: listPets, responses: {"200": {description: all}}}
      /broken:
        get:
          operationId: broken
          parameters: [{$ref: "other.yaml#/a"}]
    """
        .formatted(baseUrl);
  }

  /** Returns the same without what cannot be imported. */
  static String sound(String baseUrl) {
    String all = document(baseUrl);
    return all.substring(0, all.indexOf("  /broken:"));
  }
}
