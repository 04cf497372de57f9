/**
 * A client's way through proxies, without I/O: each protocol is a layer between the transport (or TLS with
 * the proxy) and the layers of the connection. Nothing here resolves names, knows the time or keeps a thread.
 * Internal: the package is not exported; {@link io.duplex.ProxyServer} and
 * {@link io.duplex.client.ProxyPolicy} are what applications see.
 */
package io.duplex.internal.proxy;
