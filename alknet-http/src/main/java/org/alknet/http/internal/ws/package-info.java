/** The call protocol over WebSocket. */
package org.alknet.http.internal.ws;
