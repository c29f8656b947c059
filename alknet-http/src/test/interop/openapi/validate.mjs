// Validates documents with swagger-parser; says which one is wrong and how.
import SwaggerParser from '@apidevtools/swagger-parser';

for (const file of process.argv.slice(2)) {
  const api = await SwaggerParser.validate(file, { resolve: { http: false } });
  console.log(`${file}: ${api.openapi}, ${Object.keys(api.paths).length} paths`);
}
