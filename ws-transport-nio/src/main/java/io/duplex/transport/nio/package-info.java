/** The selector-based transport: a few event loops, each a platform thread, carry all connections. */
package io.duplex.transport.nio;
