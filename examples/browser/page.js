'use strict';

const by = id => document.getElementById(id);
let node;
let running;

function show(text) {
  by('log').prepend(text + '\n');
}

function busy(yes) {
  by('run').disabled = yes;
  by('stop').disabled = !yes;
}

by('node').value = location.host;

by('connect').onsubmit = async event => {
  event.preventDefault();
  by('state').textContent = 'connecting';
  node?.socket.close();
  try {
    const opening = node = new Node(by('node').value, by('token').value);
    opening.socket.addEventListener('close', () => {
      const state = by('state');
      if (node === opening && state.textContent.startsWith('connected')) state.textContent = 'not connected';
    });
    by('token').value = '';
    await node.opened;
    const { operations } = await node.call('services/list', {});
    by('operation').replaceChildren(...operations.map(({ name, op_type }) => {
      const option = new Option(`${name} (${op_type})`, name);
      option.dataset.kind = op_type;
      return option;
    }));
    by('state').textContent = `connected, ${operations.length} operations`;
    busy(false);
  } catch (problem) {
    by('state').textContent = problem.message;
  }
};

by('call').onsubmit = async event => {
  event.preventDefault();
  const chosen = by('operation').selectedOptions[0];
  try {
    const input = JSON.parse(by('input').value);
    if (chosen.dataset.kind === 'subscription') {
      busy(true);
      const end = text => { show(text); busy(false); };
      running = node.start(chosen.value, input, value => show(JSON.stringify(value)),
        () => end('— complete'), problem => end('— ' + problem.message));
    } else {
      show(JSON.stringify(await node.call(chosen.value, input), null, 2));
    }
  } catch (problem) {
    show('— ' + problem.message);
  }
};

by('stop').onclick = () => {
  running.stop();
  busy(false);
  show('— stopped');
};
