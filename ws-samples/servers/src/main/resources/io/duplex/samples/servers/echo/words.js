/* Sizes, times, codes and types, in words. Nothing here touches the document. */

/** Characters of a long text that are shown. */
const MAX_SHOWN_CHARS = 2000;
const CLOSE_CODE_NAMES = {
    1000: "normal", 1001: "going away", 1002: "protocol error", 1003: "unsupported data",
    1005: "Close frame without a code", 1006: "no Close frame came", 1007: "invalid payload",
    1008: "policy violation", 1009: "message too big", 1010: "extension missing", 1011: "internal error",
    1012: "service restart", 1013: "try again later", 1014: "bad gateway", 1015: "TLS failure",
};

const SIZE_UNITS = [[1024 ** 3, "GiB"], [1024 ** 2, "MiB"], [1024, "KiB"]];

export const TYPE_NAMES = { text: "text", blob: "Blob", arraybuffer: "ArrayBuffer" };

export const numbers = new Intl.NumberFormat("en");

export const utf8Bytes = (text) => new TextEncoder().encode(text).length;

export function typeOf(payload) {
    if (typeof payload === "string") {
        return "text";
    }
    return payload instanceof Blob ? "blob" : "arraybuffer";
}

export function bytesOf(payload) {
    if (typeof payload === "string") {
        return utf8Bytes(payload);
    }
    return payload instanceof Blob ? payload.size : payload.byteLength;
}

export function count(number, noun) {
    return `${numbers.format(number)} ${noun}${number === 1 ? "" : "s"}`;
}

export function sizeText(bytes) {
    if (bytes < 1024) {
        return count(bytes, "byte");
    }
    const [divisor, unit] = SIZE_UNITS.find(([size]) => bytes >= size);
    return `${(bytes / divisor).toFixed(2).replace(/\.?0+$/, "")} ${unit}`;
}

export function millisText(millis) {
    return millis < 1000 ? `${millis.toFixed(1)} ms` : `${(millis / 1000).toFixed(2)} s`;
}

export function closeCodeText(code) {
    const kind = code >= 4000 ? "private use" : code >= 3000 ? "registered use" : "unassigned";
    return `${code} ${CLOSE_CODE_NAMES[code] ?? kind}`;
}

/** The start of a text, never ending in half of a surrogate pair. */
export function excerpt(text) {
    return text.length > MAX_SHOWN_CHARS ? text.slice(0, MAX_SHOWN_CHARS).replace(/[\uD800-\uDBFF]$/, "") : text;
}
