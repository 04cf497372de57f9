/**
 * One open connection: frames become messages and callbacks, sends become frames, and both ends close. No
 * socket, no thread, no clock: a {@link io.duplex.session.Session} is a
 * {@link io.duplex.transport.ByteLayer}.
 *
 * <p>Inbound: bytes → {@link io.duplex.frame.FrameReader} (syntax) → {@link io.duplex.session.FrameRules}
 * (may this frame come now?) → {@link io.duplex.session.Inbound} (limits, decompression) →
 * {@link io.duplex.session.MessageSink} (UTF-8, assembly) → callback. Outbound: send →
 * {@link io.duplex.session.Outbound} → {@link io.duplex.session.OutboundQueue} → produce.
 */
package io.duplex.session;
