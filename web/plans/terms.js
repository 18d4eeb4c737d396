// The schedule follows the terms as they are typed; without this script the button "Create schedule" does it.
(() => {
  const form = document.getElementById("terms");
  const figures = document.getElementById("figures");
  if (!form || !figures) return;
  let waiting = 0;
  let asked = 0;

  const put = (text) => {
    figures.innerHTML = text;
    const principal = figures.querySelector("#principal");
    if (principal) for (const total of form.querySelectorAll(".principal")) total.textContent = principal.textContent;
  };

  const show = async () => {
    const mine = ++asked;
    figures.classList.add("busy");
    try {
      const answer = await fetch(form.dataset.preview, { method: "POST", body: new URLSearchParams(new FormData(form)) });
      const text = await answer.text();
      if (mine === asked && answer.ok) put(text);
    } finally {
      if (mine === asked) figures.classList.remove("busy");
    }
  };
  form.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(show, 250);
  });
})();
