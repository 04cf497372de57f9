/**
 * Virtual threads for Duplex: the blocking driver of {@code bio}, with virtual threads in place of platform
 * threads.
 */
package io.duplex.transport.loom;
