/*
 * The echo page: one WebSocket connection, driven by hand and shown in full.
 *
 * It runs under a policy that allows no inline code and no style attributes. It does not reconnect by itself, and it
 * keeps no payload once its row is written. Everything happens on the page's one thread, as the browser's events come.
 */

import { readAddress, readClose, readSubprotocols, defaultAddress } from "./input.js";
import { addRow, startLog } from "./log.js";
import { TYPE_NAMES, bytesOf, closeCodeText, count, millisText, numbers, sizeText, typeOf } from "./words.js";

/** Sent messages that wait for their echo; a server that echoes nothing must not fill the memory. */
const MAX_WAITING = 1000;
/** The most that one call of getRandomValues fills. */
const RANDOM_CHUNK_BYTES = 65536;

const STATE_NAMES = ["CONNECTING", "OPEN", "CLOSING", "CLOSED"];

const element = (id) => document.getElementById(id);

/** The current or the last connection; none before the first. */
let connection;

const chosenBinaryType = () => (element("as-blob").checked ? "blob" : "arraybuffer");

/** Runs an action of the user; a failure becomes a row of the log. */
function attempt(action) {
    try {
        action();
    } catch (problem) {
        addRow("error", "Error", [problem.message]);
    }
    refresh();
}

// The connection

const isOpen = () => connection?.socket.readyState === WebSocket.OPEN;

function connect() {
    if (connection && connection.socket.readyState !== WebSocket.CLOSED) {
        return;
    }
    const names = readSubprotocols();
    const socket = new WebSocket(readAddress(), names);
    socket.binaryType = chosenBinaryType();
    connection = {
        socket, waiting: [], startedMillis: performance.now(), opened: false, clean: true,
        sent: { messages: 0, bytes: 0 }, received: { messages: 0, bytes: 0 },
    };
    addRow("info", "Connecting", [socket.url, names.length === 0 ? "" : `offers ${names.join(", ")}`]);
    socket.addEventListener("open", onOpen);
    socket.addEventListener("message", onMessage);
    socket.addEventListener("error", onError);
    socket.addEventListener("close", onClose);
    watch(connection);
}

function onOpen() {
    const { socket, startedMillis } = connection;
    connection.opened = true;
    addRow("open", "Open", [`after ${millisText(performance.now() - startedMillis)}`,
        `protocol: ${socket.protocol || "none"}`, `extensions: ${socket.extensions || "none"}`,
        `binaryType: ${socket.binaryType}`], { data: { protocol: socket.protocol, extensions: socket.extensions } });
    connection.startedMillis = performance.now();
    refresh();
    takeLostFocus("text");
}

function onMessage({ data: payload }) {
    const nowMillis = performance.now();
    const type = typeOf(payload);
    const bytes = bytesOf(payload);
    const data = { type, bytes };
    const facts = [TYPE_NAMES[type], sizeText(bytes)];
    connection.received.messages++;
    connection.received.bytes += bytes;
    const original = takeWaiting(type === "text", bytes);
    if (original !== undefined) {
        data.rttMs = (nowMillis - original.sentMillis).toFixed(3);
        facts.push(`round trip ${millisText(nowMillis - original.sentMillis)}`);
    }
    addRow("response", "Received", facts, { data, payload });
}

/**
 * The oldest sent message that this one can be the echo of. Echoes keep their order, so those before it were never
 * answered and are forgotten; a message that fits none is the server's own and has no round trip.
 */
function takeWaiting(isText, bytes) {
    const index = connection.waiting.findIndex((sent) => sent.isText === isText && sent.bytes === bytes);
    return index < 0 ? undefined : connection.waiting.splice(0, index + 1).at(-1);
}

/** The browser hides from pages why a connection failed, so the row names what is worth a look. */
function onError() {
    const { socket, opened } = connection;
    const secure = socket.url.startsWith("wss:") ? " Does this browser trust its certificate?" : "";
    addRow("error", "Error", [opened ? "The connection failed."
        : `No connection. Is a server listening there, and does it take this path and origin?${secure}`]);
}

function onClose({ code, reason, wasClean }) {
    connection.clean = wasClean;
    const lasted = connection.opened ? `after ${millisText(performance.now() - connection.startedMillis)}` : "";
    addRow("close", "Close", [closeCodeText(code), reason === "" ? "no reason" : `reason: ${reason}`,
        wasClean ? "clean" : "not clean", lasted], { data: { code, reason, wasClean } });
    refresh();
    takeLostFocus("connect");
}

function disconnect() {
    if (!connection || connection.socket.readyState > WebSocket.OPEN) {
        return;
    }
    const [code, reason] = readClose();
    addRow("info", "Closing", [
        code === undefined ? "no code" : closeCodeText(code), reason ? `reason: ${reason}` : "",
    ]);
    connection.socket.close(code, reason);
}

function send(payload) {
    if (!isOpen()) {
        throw new Error("Nothing was sent: the connection is not open.");
    }
    const type = typeOf(payload);
    const bytes = bytesOf(payload);
    const { socket, waiting, sent } = connection;
    waiting.push({ isText: type === "text", bytes, sentMillis: performance.now() });
    socket.send(payload);
    if (waiting.length > MAX_WAITING) {
        waiting.shift();
    }
    sent.messages++;
    sent.bytes += bytes;
    addRow("sent", "Sent", [TYPE_NAMES[type], sizeText(bytes)], { data: { type, bytes }, payload });
}

/** Reading a file takes time; what was read goes only to the connection that was open when the user asked. */
async function sendFile() {
    const [file] = element("file").files;
    if (chosenBinaryType() === "blob") {
        attempt(() => send(file));
        return;
    }
    const asked = connection;
    try {
        const buffer = await file.arrayBuffer();
        attempt(() => {
            if (connection !== asked) {
                throw new Error("Nothing was sent: the connection changed while the file was read.");
            }
            send(buffer);
        });
    } catch (problem) {
        addRow("error", "Error", [`The file cannot be read: ${problem.message}`]);
    }
}

function sendRandom(size) {
    const bytes = new Uint8Array(size);
    for (let offset = 0; offset < size; offset += RANDOM_CHUNK_BYTES) {
        crypto.getRandomValues(bytes.subarray(offset, offset + RANDOM_CHUNK_BYTES));
    }
    send(chosenBinaryType() === "blob" ? new Blob([bytes]) : bytes.buffer);
}

// The panel and the buttons

/** Writes only what changed: this runs once a frame while a connection exists. */
function show(id, text) {
    if (element(id).textContent !== text) {
        element(id).textContent = text;
    }
}

function watch(watched) {
    refresh();
    if (connection === watched && watched.socket.readyState !== WebSocket.CLOSED) {
        requestAnimationFrame(() => watch(watched));
    }
}

function refresh() {
    const state = connection?.socket.readyState;
    refreshControls(state);
    if (!connection) {
        return;
    }
    const { socket, sent, received } = connection;
    show("ready-state", `${state} ${STATE_NAMES[state]}`);
    element("ready-state").dataset.state = STATE_NAMES[state].toLowerCase();
    element("ready-state").dataset.clean = connection.clean;
    show("protocol", socket.protocol || "none");
    show("extensions", socket.extensions || "none");
    show("buffered-amount", numbers.format(socket.bufferedAmount));
    show("sent-messages", count(sent.messages, "message"));
    show("sent-bytes", sizeText(sent.bytes));
    show("received-messages", count(received.messages, "message"));
    show("received-bytes", sizeText(received.bytes));
}

function refreshControls(state) {
    const idle = state === undefined || state === WebSocket.CLOSED;
    const open = state === WebSocket.OPEN;
    element("address").readOnly = !idle;
    element("subprotocol").readOnly = !idle;
    element("secure").disabled = !idle;
    element("connect").disabled = !idle;
    element("disconnect").disabled = !(open || state === WebSocket.CONNECTING);
    element("send").disabled = !open;
    element("send-file").disabled = !open || element("file").files.length === 0;
    for (const button of document.querySelectorAll("button[data-size]")) {
        button.disabled = !open;
    }
}

/** Disabling the button that has the focus leaves the focus nowhere; it goes on to where the user wants it next. */
function takeLostFocus(id) {
    if (document.activeElement === document.body || document.activeElement?.disabled) {
        element(id).focus({ preventScroll: true });
    }
}

// The address's scheme and the check box say the same thing, whichever is edited

function schemeFromBox() {
    const rest = element("address").value.trim().replace(/^[a-z][a-z0-9+.-]*:\/\//i, "");
    element("address").value = `${element("secure").checked ? "wss" : "ws"}://${rest}`;
}

function boxFromScheme() {
    element("secure").checked = /^\s*wss:/i.test(element("address").value);
}

function onSubmit(id, action) {
    element(id).addEventListener("submit", (event) => {
        event.preventDefault();
        action();
    });
}

function onTextKey(event) {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && !event.isComposing) {
        event.preventDefault();
        if (isOpen()) {
            attempt(() => send(element("text").value));
        }
    }
}

function onBinaryTypeChange() {
    if (connection && connection.socket.readyState !== WebSocket.CLOSED) {
        connection.socket.binaryType = chosenBinaryType();
    }
    addRow("info", "Binary", [`is sent and received as ${TYPE_NAMES[chosenBinaryType()]}`]);
}

/** A page that was opened from a file has no server, and does without. */
async function showServer() {
    try {
        const answer = await fetch("server.json");
        const { transport, tls, maxMessageBytes, version } = await answer.json();
        element("server").textContent = [`transport ${transport}`, `TLS ${tls}`,
            `messages up to ${sizeText(maxMessageBytes)}`, `version ${version}`].join(" · ");
    } catch {
        element("server").hidden = true;
    }
}

function start() {
    showServer();
    startLog();
    onSubmit("connect-form", () => attempt(connect));
    onSubmit("disconnect-form", () => attempt(disconnect));
    onSubmit("text-form", () => attempt(() => send(element("text").value)));
    onSubmit("file-form", sendFile);
    element("text").addEventListener("keydown", onTextKey);
    element("secure").addEventListener("change", schemeFromBox);
    element("address").addEventListener("input", boxFromScheme);
    element("as-blob").addEventListener("change", onBinaryTypeChange);
    element("as-arraybuffer").addEventListener("change", onBinaryTypeChange);
    element("file").addEventListener("change", refresh);
    for (const button of document.querySelectorAll("button[data-size]")) {
        button.addEventListener("click", () => attempt(() => sendRandom(Number(button.dataset.size))));
    }
    element("address").value = defaultAddress();
    boxFromScheme();
    refresh();
}

start();
