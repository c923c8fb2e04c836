value = 'in a package'
