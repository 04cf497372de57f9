/**
 * Extensions of the protocol (RFC 6455 section 9): their header field, their negotiation, the interface that
 * one must implement, and permessage-deflate (RFC 7692), the one that comes with the library.
 *
 * <p>A {@link io.duplex.extension.ExtensionProvider} is what an application configures, once for all
 * connections; an {@link io.duplex.extension.Extension} is what one connection got out of the negotiation.
 * This package transforms payloads. It knows neither frames, nor HTTP, nor which message may come when.
 */
package io.duplex.extension;
