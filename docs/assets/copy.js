// A copy button copies what a reader types: the commands of a session, without prompts and output.
document.addEventListener("click", (event) => {
  const button = event.target.closest && event.target.closest(".md-clipboard, .md-code__button");
  const code = button && button.closest(".language-console") && button.closest(".highlight").querySelector("code");
  if (!code) return;
  const commands = [];
  let continued = false;
  for (const line of code.innerText.split("\n")) {
    if (line.startsWith("$ ") || continued) commands.push(line.replace(/^\$ /, ""));
    continued = (continued || line.startsWith("$ ")) && line.endsWith("\\");
  }
  button.setAttribute("data-clipboard-text", commands.join("\n"));
}, true);
