// News from the server. The page tells how far it has seen, and gets what it missed.
import { here, root } from "./server.js";
import { startAfresh, tellRunning, tellStopped } from "./restart.js";

const RETRY_MS = 1000;
const FIRST_RETRY_MS = 200;

export function listen(hear) {
  let seen = root.dataset.mark;
  let lost = 0;
  const connect = () => {
    const parameters = new URLSearchParams({ as: here.user, in: here.channel, seen });
    const socket = new WebSocket(`ws://${location.host}/_preview/live?${parameters}`);
    socket.addEventListener("open", () => {
      lost = 0;
      tellRunning();
    });
    socket.addEventListener("message", (event) => {
      const item = JSON.parse(event.data);
      if (item.kind === "reload" || item.kind === "afresh") startAfresh(item.kind === "afresh");
      else if (item.kind === "mark") seen = item.mark;
      else hear(item);
    });
    socket.addEventListener("close", () => {
      lost += 1;
      if (lost > 1) tellStopped();
      setTimeout(connect, lost > 1 ? RETRY_MS : FIRST_RETRY_MS);
    });
  };
  connect();
}
