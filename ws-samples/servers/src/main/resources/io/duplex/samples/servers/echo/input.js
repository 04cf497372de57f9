/*
 * What the user typed. Each reader answers a valid value or throws an Error whose message says what to do; the rules
 * are those that a browser has for the WebSocket interface, told before it refuses.
 */

import { excerpt, utf8Bytes } from "./words.js";

/** A control frame carries 125 bytes, and two of them are the close code (RFC 6455 section 5.5). */
const MAX_REASON_BYTES = 123;

const element = (id) => document.getElementById(id);

export function defaultAddress() {
    const { protocol, host } = location;
    return host === "" ? "ws://localhost:8080/echo" : `${protocol === "https:" ? "wss:" : "ws:"}//${host}/echo`;
}

export function readAddress() {
    const text = element("address").value.trim();
    if (text === "") {
        throw new Error(`The address is empty. Try ${defaultAddress()}`);
    }
    if (!/^wss?:\/\//i.test(text)) {
        throw new Error(`“${excerpt(text)}” is no WebSocket address: it must begin with ws:// or wss://`);
    }
    if (/\s/.test(text) || !URL.canParse(text)) {
        throw new Error(`“${excerpt(text)}” is no valid address: look for a blank, a wrong host or a port above 65535.`);
    }
    if (text.includes("#")) {
        throw new Error("A WebSocket address has no fragment: remove the # and what follows, or write it as %23.");
    }
    return text;
}

export function readSubprotocols() {
    const names = element("subprotocol").value.split(",").map((name) => name.trim()).filter((name) => name !== "");
    const wrong = names.find((name) => !/^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/.test(name));
    if (wrong !== undefined) {
        throw new Error(`“${wrong}” is no subprotocol: use letters, digits and !#$%&'*+-.^_\`|~ only.`);
    }
    if (new Set(names).size < names.length) {
        throw new Error("Each subprotocol can be offered only once.");
    }
    return names;
}

/** The arguments for WebSocket.close; an empty code means a Close frame without one. */
export function readClose() {
    const code = element("close-code").value.trim();
    const reason = element("close-reason").value;
    if (code === "" && reason === "") {
        return [];
    }
    if (code === "") {
        throw new Error("A reason needs a close code in front of it.");
    }
    if (!/^(1000|[34]\d{3})$/.test(code)) {
        throw new Error(`A page may close with 1000 or with 3000 to 4999, not with “${code}”.`);
    }
    if (utf8Bytes(reason) > MAX_REASON_BYTES) {
        throw new Error(`The reason takes ${utf8Bytes(reason)} bytes in UTF-8; ${MAX_REASON_BYTES} is the most.`);
    }
    return [Number(code), reason];
}
