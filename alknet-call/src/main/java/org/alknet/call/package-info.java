/**
 * Symmetric RPC over ALPN {@code alknet/call}: serve with {@link org.alknet.call.CallAdapter}, dial
 * with {@link org.alknet.call.CallClient}, or bring calls of another front end in through {@link
 * org.alknet.call.RootInvoker}.
 *
 * <p>All three are one dispatcher and are thread-safe. Handlers, subscribers and stages run on the
 * handler executor, never on transport threads.
 */
package org.alknet.call;
