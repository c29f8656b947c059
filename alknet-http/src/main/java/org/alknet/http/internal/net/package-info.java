/** HTTP on Netty: sockets, TLS, framing. Nothing here leaves the module. */
package org.alknet.http.internal.net;
