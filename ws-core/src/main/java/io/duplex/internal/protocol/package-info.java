/**
 * RFC 6455 after the opening handshake, as decisions: what may be sent and read, what answers what, who
 * closes TCP and when. No lock, no queue, no thread and no user code; time is an argument. The session around
 * it queues what these methods return.
 */
package io.duplex.internal.protocol;
