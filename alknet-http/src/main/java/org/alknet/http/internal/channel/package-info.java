/** What all pipelines have in common. */
package org.alknet.http.internal.channel;
