/**
 * Virtual threads for Duplex: the blocking driver of {@code bio}, with a virtual thread wherever that has a
 * platform thread.
 */
package io.duplex.transport.loom;
