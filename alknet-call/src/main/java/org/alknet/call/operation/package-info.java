/**
 * What an operation is and what its handler is given: interfaces and values only.
 *
 * <p>Start with {@link org.alknet.call.operation.OperationSpec} and {@link
 * org.alknet.call.operation.UnaryHandler}. Values are immutable; handlers run on the handler
 * executor of the node (spec/call.md sections 6 to 9).
 */
package org.alknet.call.operation;
