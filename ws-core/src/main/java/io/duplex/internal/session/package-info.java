/**
 * One open connection: frames become messages and callbacks, sends become frames, and both ends close. No
 * socket, no thread, no clock: a {@link io.duplex.internal.session.Session} is a
 * {@link io.duplex.transport.ByteLayer}.
 *
 * <p>Inbound: bytes → {@link io.duplex.frame.FrameReader} (syntax) →
 * {@link io.duplex.internal.session.FrameRules} (may this frame come now?) →
 * {@link io.duplex.internal.session.Inbound} (limits, decompression) →
 * {@link io.duplex.internal.session.MessageSink} (UTF-8, assembly) → callback. Outbound: send →
 * {@link io.duplex.internal.session.Outbound} → {@link io.duplex.internal.session.OutboundQueue} → produce.
 */
package io.duplex.internal.session;
