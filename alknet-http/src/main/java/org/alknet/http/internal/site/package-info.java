/** What a request leads to, without a word about how it came. */
package org.alknet.http.internal.site;
