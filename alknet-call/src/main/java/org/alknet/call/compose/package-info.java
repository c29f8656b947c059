/**
 * How operations reach each other: environments for composed calls, layer by layer (spec/call.md
 * section 10). Start with {@link org.alknet.call.compose.LocalOperationEnv}.
 */
package org.alknet.call.compose;
