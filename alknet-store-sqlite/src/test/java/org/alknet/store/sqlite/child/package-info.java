/** Second processes of tests. */
package org.alknet.store.sqlite.child;
