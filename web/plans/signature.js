// Draws a signature with a finger, pen or mouse; without this script the typed name signs.
(() => {
  const pad = document.getElementById("pad");
  const canvas = document.getElementById("canvas");
  const field = document.getElementById("drawn");
  if (!pad || !canvas.getContext) return;
  pad.hidden = false;
  const pen = canvas.getContext("2d");
  pen.lineWidth = 3;
  pen.lineCap = "round";
  pen.strokeStyle = "#1c2b2d";
  let last = null;
  let path = "";

  const point = (event) => {
    const box = canvas.getBoundingClientRect();
    const within = (value, most) => Math.max(0, Math.min(most, Math.round(value)));
    return [
      within(((event.clientX - box.left) * 600) / box.width, 600),
      within(((event.clientY - box.top) * 200) / box.height, 200),
    ];
  };
  const line = (from, to) => {
    pen.beginPath();
    pen.moveTo(...from);
    pen.lineTo(...to);
    pen.stroke();
  };

  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    last = point(event);
    path += `M${last.join(" ")}L${last.join(" ")}`;
    line(last, last);
    field.value = path;
    event.preventDefault();
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!last) return;
    const next = point(event);
    if (Math.hypot(next[0] - last[0], next[1] - last[1]) < 3 || path.length > 14000) return;
    line(last, next);
    path += `L${next.join(" ")}`;
    last = next;
    field.value = path;
  });
  const lift = () => {
    last = null;
  };
  canvas.addEventListener("pointerup", lift);
  canvas.addEventListener("pointercancel", lift);
  document.getElementById("clear").addEventListener("click", () => {
    pen.clearRect(0, 0, canvas.width, canvas.height);
    path = "";
    field.value = "";
  });
})();
