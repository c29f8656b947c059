/**
 * How operations of others come in: from a peer, from a description. Start with {@link
 * org.alknet.call.adapter.FromCall}.
 */
package org.alknet.call.adapter;
