/**
 * Running servers and clients: the list of live connections, stopping,
 * connecting. The only package of the core that starts threads: virtual ones, for applications in blocking
 * style, name resolution and reconnecting.
 */
package io.duplex.internal.runtime;
