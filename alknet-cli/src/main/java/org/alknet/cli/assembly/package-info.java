/**
 * A whole node put together from a data directory, for the tool and for programs that embed it.
 *
 * <p>Start with {@link org.alknet.cli.assembly.NodeBuilder}. Values are immutable, a running {@link
 * org.alknet.cli.assembly.Node} is thread-safe (spec/cli.md sections 7 and 17).
 */
package org.alknet.cli.assembly;
