/** What the surfaces of the gateway have in common: JSON, the frame of replies, batches. */
package org.alknet.http.internal.gateway;
