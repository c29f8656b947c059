/**
 * The operations of this node: registration, lookup, the checks before a handler runs, and what
 * becomes of its outcome. Start with {@link org.alknet.call.registry.OperationRegistry}.
 *
 * <p>Everything here is immutable once built (spec/call.md sections 8, 11.4 and 17).
 */
package org.alknet.call.registry;
