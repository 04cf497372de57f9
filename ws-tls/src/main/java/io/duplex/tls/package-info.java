/** TLS over any transport, for servers and clients, on the JDK's provider or Bouncy Castle's. */
package io.duplex.tls;
