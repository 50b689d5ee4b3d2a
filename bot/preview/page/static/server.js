// Talking to the workspace server, and short notices when that fails.
export const root = document.documentElement;
export const here = { user: root.dataset.user, channel: root.dataset.channel, command: root.dataset.command };

export function toast(text) {
  const note = document.createElement("p");
  note.className = "toast";
  note.textContent = text;
  document.getElementById("toasts").append(note);
  setTimeout(() => note.remove(), 6000);
}

export async function send(name, body) {
  try {
    const answer = await fetch(`/_preview/${name}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ user: here.user, channel: here.channel, ...body }),
    });
    const data = await answer.json();
    if (!answer.ok) toast(data.error || "That did not work.");
    return answer.ok ? data : null;
  } catch {
    toast("The preview does not answer. Is it still running?");
    return null;
  }
}

export async function ask(name, query) {
  const parameters = new URLSearchParams({ as: here.user, in: here.channel, ...query });
  const answer = await fetch(`/_preview/${name}?${parameters}`).catch(() => null);
  if (!answer) return null; // the banner says it
  if (!answer.ok) {
    const data = await answer.json().catch(() => ({}));
    toast(data.error || "That did not work.");
    return null;
  }
  return answer;
}
