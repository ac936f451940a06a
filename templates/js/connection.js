// The connection to the server under `serve`, which is made again whenever it breaks.

const LONGEST = 2000; // milliseconds between two attempts

// The edition that this page shows, and the token that it was given.
export const ours = JSON.parse(document.querySelector("meta[name=livedeck]").content);
let socket = null;
let delay = 100;

export function send(message) {
  if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message));
}

export function connect({ hear, changed, remote = false }) {
  const { session, number } = ours;
  const place = new URL(`live?token=${encodeURIComponent(ours.token)}`, location.href);
  place.protocol = place.protocol.replace("http", "ws");
  socket = new WebSocket(place);
  socket.onopen = () => {
    delay = 100;
    changed(true);
    send({ do: "hello", session, number, remote });
  };
  socket.onmessage = ({ data }) => hear(JSON.parse(data));
  socket.onclose = () => {
    changed(false);
    setTimeout(connect, delay, { hear, changed, remote });
    delay = Math.min(2 * delay, LONGEST);
  };
}
