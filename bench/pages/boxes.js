// Boxes that circle under a title: shown for any moment. `moment` tells which one a second of the video shows.
window.showBoxes = (moment) => {
  const boxes = Array.from({ length: 8 }, (_, n) => {
    const box = document.createElement('div');
    box.className = 'box';
    box.style.background = `hsl(${n * 45} 80% 55%)`;
    document.body.append(box);
    return box;
  });
  const counter = document.querySelector('#counter');
  window.filmgate = {
    duration: 6,
    seek(seconds) {
      const time = moment(seconds);
      const text = time.toFixed(3);
      if (counter.textContent !== text) counter.textContent = text; // Set anew, the same text is drawn anew.
      boxes.forEach((box, n) => {
        const angle = time * 1.3 + (n * Math.PI) / 4;
        const x = 45 + 34 * Math.cos(angle);
        const y = 42 + 32 * Math.sin(angle * 1.1);
        box.style.transform = `translate(${x}vw, ${y}vh) rotate(${angle * 80}deg)`;
      });
    },
  };
};
