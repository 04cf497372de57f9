/**
 * A small web server on the WebSocket port, for the pages of the samples: routes, static files and a health
 * check, each a {@link io.duplex.http.HttpHandler}. Copy what you need; the library itself has the handler
 * interface only.
 */
package io.duplex.samples.web;
