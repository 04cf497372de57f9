/**
 * One open connection. {@link io.duplex.internal.session.Session} joins the protocol, which decides, with the
 * parts that read ({@link io.duplex.internal.session.MessageReader}), send
 * ({@link io.duplex.internal.session.Sender}) and call the application
 * ({@link io.duplex.internal.session.Callbacks}). It alone locks; {@code docs/architecture.md} walks a
 * message through it.
 */
package io.duplex.internal.session;
