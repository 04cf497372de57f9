// Many clients and servers of the package ws in one process, each with a number. A line in is "number command words", a line out is
// "number event words"; a word that begins with = is base64. See NodePeer.java.
"use strict";

const fs = require("fs");
const http = require("http");
const https = require("https");
const readline = require("readline");
const WebSocket = require("ws");

const things = new Map();

const encode = (data) => "=" + Buffer.from(data).toString("base64");
const bytes = (word) => Buffer.from(word.slice(1), "base64");
const text = (word) => bytes(word).toString("utf8");
const tell = (number, ...words) => process.stdout.write([number, ...words].join(" ") + "\n");

function report(number, socket) {
    socket.on("pong", (data) => tell(number, "pong", encode(data)));
    socket.on("close", (code, reason) => tell(number, "closed", code, encode(reason)));
    socket.on("error", (error) => tell(number, "failed", encode(String(error))));
}

function connect(number, [url, deflate, protocols, authority]) {
    const offered = text(protocols) === "" ? [] : text(protocols).split(",");
    const socket = new WebSocket(url, offered,
        { ca: fs.readFileSync(text(authority)), perMessageDeflate: deflate === "true" && { threshold: 0 } });
    things.set(number, socket);
    socket.on("open", () => tell(number, "open", encode(socket.protocol)));
    socket.on("unexpected-response", (request, response) => {
        tell(number, "refused", response.statusCode);
        request.destroy();
    });
    socket.on("message", (data, binary) => tell(number, binary ? "binary" : "text", encode(data)));
    report(number, socket);
}

function serve(number, [secure, deflate, chain, key]) {
    const server = secure === "true"
        ? https.createServer({ cert: fs.readFileSync(text(chain)), key: fs.readFileSync(text(key)) })
        : http.createServer();
    const endpoint = new WebSocket.Server({
        noServer: true,
        perMessageDeflate: deflate === "true" && { threshold: 0 },
        handleProtocols: (offered) => offered.has("echo.v2") && "echo.v2",
    });
    server.on("upgrade", (request, socket, head) => {
        socket.on("error", () => {});
        if (request.url === "/missing") {
            socket.end("HTTP/1.1 404 Not Found\r\nContent-Length: 17\r\nConnection: close\r\n\r\nNothing is here.\n");
            return;
        }
        endpoint.handleUpgrade(request, socket, head, (peer) => converse(number, peer, request.url === "/echo"));
    });
    server.on("tlsClientError", () => {});
    things.set(number, { server, endpoint });
    server.listen(0, "127.0.0.1", () => tell(number, "port", server.address().port));
}

function converse(number, peer, echoes) {
    peer.on("message", (data, binary) => {
        const words = binary ? "" : data.toString("utf8");
        if (words === "please close") {
            peer.close(4001, "asked to, schön");
        } else if (words === "please ping") {
            peer.ping("are you there?");
        } else if (echoes) {
            peer.send(data, { binary });
        } else {
            tell(number, "text", encode(data));
        }
    });
    report(number, peer);
}

function stop({ server, endpoint }) {
    endpoint.clients.forEach((peer) => peer.terminate());
    server.close();
    server.closeAllConnections();
}

const commands = {
    connect,
    serve,
    send: (number, [kind, last, data]) => things.get(number)
        .send(kind === "text" ? text(data) : bytes(data), { binary: kind === "binary", fin: last === "true" }),
    ping: (number, [data]) => things.get(number).ping(text(data)),
    close: (number, [code, reason]) => things.get(number).close(Number(code), text(reason)),
    terminate: (number) => things.get(number).terminate(),
    stop: (number) => stop(things.get(number)),
};

readline.createInterface({ input: process.stdin }).on("line", (line) => {
    const [number, command, ...words] = line.split(" ");
    commands[command](Number(number), words);
}).on("close", () => process.exit(0));
