package org.alknet.http.mcp;

/** What the four tools say about themselves. */
final class ToolTexts {
  static final String TOOLS =
      """
      [
        {
          "name": "search",
          "description": "Lists the operations you may call, by name.",
          "inputSchema": {
            "type": "object",
            "properties": {
              "query": {"type": "string", "description": "Part of a name, in any case."}
            }
          },
          "annotations": {"readOnlyHint": true}
        },
        {
          "name": "schema",
          "description": "Describes one operation: its input, its output and its errors.",
          "inputSchema": {
            "type": "object",
            "properties": {
              "name": {"type": "string", "description": "The name of the operation."}
            },
            "required": ["name"]
          },
          "annotations": {"readOnlyHint": true}
        },
        {
          "name": "call",
          "description": "Calls one operation.",
          "inputSchema": {
            "type": "object",
            "properties": {
              "operation": {"type": "string", "description": "The name of the operation."},
              "input": {"type": "object", "description": "Its input; nothing if left out."}
            },
            "required": ["operation"]
          }
        },
        {
          "name": "batch",
          "description": "Calls several operations, each for itself.",
          "inputSchema": {
            "type": "object",
            "properties": {
              "calls": {
                "type": "array",
                "items": {
                  "type": "object",
                  "properties": {
                    "operation": {"type": "string", "description": "The name of the operation."},
                    "input": {"type": "object", "description": "Its input; nothing if left out."}
                  },
                  "required": ["operation"]
                }
              }
            },
            "required": ["calls"]
          }
        }
      ]
      """;

  private ToolTexts() {}
}
