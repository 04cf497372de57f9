/**
 * The blocking style: {@link io.duplex.internal.blocking.Inbox} keeps the messages until the application
 * takes them, {@link io.duplex.internal.blocking.SendingStream} sends a message as it is written. Internal.
 */
package io.duplex.internal.blocking;
